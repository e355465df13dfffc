import type { PathwayKind } from '../common/pathway-kind.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { explain } from './explain.ts';
import type { CompulsoryState } from './state.ts';
import { summarise } from './summarise.ts';
import { compulsoryTable } from './table.ts';
import { upcast } from './upcast.ts';

/** From a positive test on arrest to the discharge of the duty, or to breach, arrest task and result. */
export const compulsory: PathwayKind<CompulsoryState> = {
  name: 'compulsory',
  table: compulsoryTable,
  decide,
  evolve,
  upcast,
  summarise,
  explain,
};
