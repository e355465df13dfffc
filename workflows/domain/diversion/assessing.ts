import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { raise, settle, settleSince } from './attention.ts';
import { mostSubstances } from './assessment.ts';
import type { Assessment, AssessmentData, AssessmentRecorded } from './assessment.ts';
import { beginningRules, clearRules } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import { addsEvidence, engage } from './engagement.ts';
import type { DiversionEvent } from './events.ts';
import { ownDefaults } from './policy.ts';
import type { DiversionPolicy } from './policy.ts';
import { onSameDay } from './recorded-order.ts';
import type { DiversionState } from './state.ts';
import { alcohols } from './substance.ts';

/** The full assessment. A later one takes the place of the one before; both are in the ledger. */

type Refused = { readonly refusal: Refusal } | undefined;

export function recordAssessment(
  state: DiversionState,
  command: DiversionCommandOf<'record-assessment'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { substances, result, programme = null, signposts = [] } = data;
  const recorded: AssessmentRecorded = { substances, result, programme, signposts };
  const refused =
    refuseSubstances(state.policy, data) ??
    refuseResult(recorded) ??
    refuseKnown(state.assessment, recorded, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  const draft = new DecisionDraft(state, command).record(
    'assessment-recorded',
    occurredAt,
    recorded,
    effectsOf(state, recorded, occurredAt),
  );
  if (result !== 'declined' && addsEvidence(state, 'attended', occurredAt)) {
    engage(draft, { evidence: 'attended', at: occurredAt, appointmentId: null });
  }
  return draft.decided();
}

/** Who was assessed, or said no to it, was reached; what ends without treatment asks for a closure. */
function effectsOf(state: DiversionState, { result }: AssessmentRecorded, occurredAt: Instant): DraftEffects {
  const suitable = result === 'suitable';
  return {
    cleared: clearRules(state, beginningRules, 'met'),
    settled: [
      ...settle(state, ['no-first-contact', 'too-few-tries', 'nothing-booked']),
      ...settleSince(state, ['appointment-to-rebook'], occurredAt),
      ...(suitable ? settle(state, ['no-treatment-to-give']) : []),
    ],
    raised: suitable ? [] : [raise(state, 'no-treatment-to-give', occurredAt)],
  };
}

function refuseSubstances(
  { alcoholFirst }: DiversionPolicy,
  { substances, result }: AssessmentData,
): Refused {
  if (substances.length > mostSubstances) {
    return refuse('condition-not-met', `An assessment names at most ${String(mostSubstances)} substances.`, {
      substances,
    });
  }
  if (new Set(substances).size < substances.length) {
    return refuse('condition-not-met', 'Each substance is named once.', { substances });
  }
  const [first] = substances;
  if (first === undefined) {
    return result === 'declined' || result === 'none-needed'
      ? undefined
      : refuse('condition-not-met', 'Name the substance that is the main problem.', { result });
  }
  return alcohols.includes(first) && !(alcoholFirst ?? ownDefaults.alcoholFirst)
    ? refuse('condition-not-met', 'In this programme alcohol may be named, but not first.', { substances })
    : undefined;
}

function refuseResult({ result, programme, signposts }: AssessmentRecorded): Refused {
  if (programme !== null && result !== 'suitable') {
    return refuse('condition-not-met', 'Only who is suitable has a programme.', { result });
  }
  if (new Set(signposts).size < signposts.length) {
    return refuse('condition-not-met', 'Each signpost is named once.', { signposts });
  }
  return result === 'other-help' && signposts.length === 0
    ? refuse('condition-not-met', 'Other help: say where the person was pointed to.', { result })
    : undefined;
}

/** The same said again of the same day is the same assessment; none is put before the one that stands. */
function refuseKnown(standing: Assessment | null, recorded: AssessmentRecorded, at: Instant): Refused {
  if (standing === null) {
    return undefined;
  }
  const details = { assessedAt: standing.at, result: standing.result };
  if (onSameDay(at, standing.at) && saysTheSame(standing, recorded)) {
    return refuse('already-done', 'This assessment is already recorded.', details);
  }
  // What it found was not known: now it is said.
  if (standing.result === 'not-known' && onSameDay(at, standing.at)) {
    return undefined;
  }
  return at <= standing.at
    ? refuse('conflict', 'Another assessment of that time or later is already recorded.', details)
    : undefined;
}

function saysTheSame(standing: AssessmentRecorded, said: AssessmentRecorded): boolean {
  return (
    standing.result === said.result &&
    standing.programme === said.programme &&
    standing.substances.join() === said.substances.join() &&
    standing.signposts.toSorted().join() === said.signposts.toSorted().join()
  );
}
