import type { PathwayKind } from '../common/pathway-kind.ts';
import { decide } from './decide.ts';
import type { RecordedDiversionEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { explain } from './explain.ts';
import type { DiversionState } from './state.ts';
import { summarise } from './summarise.ts';
import { diversionTable } from './table.ts';
import { upcast } from './upcast.ts';

/** The voluntary path. */
export const diversion: PathwayKind<DiversionState> = {
  name: 'diversion',
  table: diversionTable,
  decide,
  // The ledger holds only what `decide` wrote, brought to today's version by `upcast`.
  evolve: (state, event) => evolve(state, event as unknown as RecordedDiversionEvent),
  upcast,
  summarise,
  explain,
};
