import type { Instant } from '../common/instant.ts';
import { standingFacts } from '../common/standing-facts.ts';
import type { ToldFact } from '../common/standing-facts.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';

/**
 * All that the police learn of a referral of theirs: where it stands in the widest words, and since when. Nothing of
 * what it is treated for or how, whom the person meets or where, and not why it ended.
 */
export interface OfficerView {
  readonly status: OfficerStatus;
  readonly receivedAt: Instant;
  readonly inContactAt: Instant | null;
  readonly engagedAt: Instant | null;
  readonly closedAt: Instant | null;
  /** Of a conditional caution: the conditions that were not met (Criminal Justice Act 2003 s.24). */
  readonly notices: readonly NonComplianceNotice[];
}

export const officerStatuses = ['received', 'in-contact', 'engaged', 'closed', 'void'] as const;

export type OfficerStatus = (typeof officerStatuses)[number];

export interface NonComplianceNotice {
  readonly conditionId: string;
  readonly code: string;
  readonly dueAt: Instant;
  /** The officer in the case has not said yet that they have seen it. */
  readonly open: boolean;
  /** It was put right since, and the officer has not said yet that they have seen that; left out of every other. */
  readonly withdrawn?: true;
}

/**
 * Who takes back their consent to sharing is no longer told of by the provider; that the force's own referral was
 * received and is over stays the force's own.
 *
 * @param told what binds of the person now, where somebody asks: a withdrawal holds before the pathway has heard of it
 */
export function officerView(state: DiversionState, told: readonly ToldFact[] = []): OfficerView {
  const { voided, concludedAt, closure, receivedAt } = state;
  const shared =
    state.consents.sharing !== 'withdrawn' &&
    standingFacts(told)['consent:sharing']?.fact !== 'consent-withdrawn';
  const inContactAt = shared ? state.contact.reachedAt : null;
  const engagedAt = shared ? (state.engagement?.at ?? null) : null;
  const closedAt = voided?.at ?? concludedAt ?? closure?.at ?? null;
  const reached = engagedAt === null ? (inContactAt === null ? 'received' : 'in-contact') : 'engaged';
  return {
    status: voided !== null ? 'void' : closedAt === null ? reached : 'closed',
    ...{ receivedAt, inContactAt, engagedAt, closedAt },
    notices: state.conditions.flatMap(({ conditionId, code, dueAt, result }) => {
      const asks = (wanted: AttentionCode): boolean =>
        state.attention.some(({ code: asked, ref }) => asked === wanted && ref === conditionId);
      const notice = { conditionId, code, dueAt };
      if (asks('caution-corrected')) return [{ ...notice, open: true, withdrawn: true as const }];
      return result === 'not-met' ? [{ ...notice, open: asks('caution-not-met') }] : [];
    }),
  };
}
