import { clear } from '../common/arming.ts';
import { settle } from './attention.ts';
import type { DraftEffects } from './decision-draft.ts';
import { officerView } from './officer-view.ts';
import type { DiversionState } from './state.ts';
import type { DeadlineRule } from './table.ts';

const rule: DeadlineRule = 'police-feedback';

/**
 * What ends the wait for feedback to the police, where it is waited for: they read more than "received", or the person has
 * taken back that anything is shared. Undefined: nothing ends.
 */
export function policeAnswered(
  state: DiversionState,
): Required<Pick<DraftEffects, 'cleared' | 'settled'>> | undefined {
  const running = state.deadlines.filter((deadline) => deadline.rule === rule);
  const settled = settle(state, ['police-not-told']);
  if (running.length === 0 && settled.length === 0) return undefined;
  const shared = state.consents.sharing !== 'withdrawn';
  return shared && officerView(state).status === 'received'
    ? undefined
    : { cleared: clear(running, shared ? 'met' : 'ended'), settled };
}
