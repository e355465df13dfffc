import type { RecordedDiversionEvent } from './events.ts';
import { asOf } from './fact-matter.ts';
import type { DiversionState } from './state.ts';

type CustodyFact = Extract<RecordedDiversionEvent, { readonly type: 'custody-noted' | 'release-noted' }>;

/** Whether the person is in custody, and since when, as the ledger tells it. */
export function afterCustodyFact(state: DiversionState, event: CustodyFact): DiversionState {
  const { custodySince, told } = state;
  const { occurredAt, data } = event;
  const known = asOf(state, ['custody'], occurredAt, data.recordedAt);
  if (event.type === 'release-noted') {
    const releaseAlone = custodySince === null ? { at: occurredAt, after: told.custody ?? null } : null;
    return { ...state, ...known, custodySince: null, releaseAlone };
  }
  return event.data.endedAt === undefined
    ? { ...state, ...known, custodySince: custodySince ?? occurredAt, releaseAlone: null }
    : { ...state, releaseAlone: null };
}
