import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { settle } from './attention.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { onEarlierDay, onSameDay } from './recorded-order.ts';
import type { DiversionState } from './state.ts';
import { isTreatment } from './treatment.ts';
import type { CarePlanAgreed, Modality, PlannedModalityData } from './treatment.ts';

/** The care plan: what is to be done, strand by strand. A strand added later is agreed in the same way. */

type Refused = { readonly refusal: Refusal } | undefined;

type Planned = CarePlanAgreed['modalities'][number];

export function agreeCarePlan(
  state: DiversionState,
  command: DiversionCommandOf<'agree-care-plan'>,
): Decision<DiversionEvent> {
  const { commandId, data, occurredAt } = command;
  const modalities = data.modalities.map(({ modalityId, type, prescribed }, index) => ({
    modalityId: modalityId ?? `${commandId}:${String(index)}`,
    type,
    prescribed,
  }));
  const refused =
    refuseStrands(modalities) ??
    refuseKnown(state, data.modalities, occurredAt) ??
    refuseConsent(state) ??
    refuseAssessment(state, occurredAt);
  if (refused !== undefined) {
    return refused;
  }
  return new DecisionDraft(state, command)
    .record(
      'care-plan-agreed',
      occurredAt,
      { modalities },
      // Once the referral is concluded no clock runs any more: somebody is asked until the next strand has begun.
      { settled: state.concludedAt === null ? settle(state, ['treatment-ended']) : [] },
    )
    .decided();
}

/** Who has taken back the consent to be treated is neither planned for nor treated. */
export function refuseConsent({ consents }: DiversionState): Refused {
  return consents.treatment === 'withdrawn'
    ? refuse('condition-not-met', 'The person does not agree to treatment any more.', {
        consent: 'withdrawn',
      })
    : undefined;
}

/** Nothing is prescribed with an awareness course. */
export function refusePrescribedCourse({ type, prescribed }: Pick<Modality, 'type' | 'prescribed'>): Refused {
  return prescribed && !isTreatment({ type })
    ? refuse('condition-not-met', 'An awareness course is no treatment: nothing is prescribed with it.', {
        type,
      })
    : undefined;
}

function refuseStrands(modalities: readonly Planned[]): Refused {
  if (modalities.length === 0) {
    return refuse('condition-not-met', 'A care plan has at least one strand of treatment.');
  }
  if (new Set(modalities.map(({ modalityId }) => modalityId)).size < modalities.length) {
    return refuse('condition-not-met', 'Each strand has an id of its own.');
  }
  for (const modality of modalities) {
    const refused = refusePrescribedCourse(modality);
    if (refused !== undefined) {
      return refused;
    }
  }
  return undefined;
}

/** The whole plan again is done already; a part of it with something new is not guessed apart. */
function refuseKnown(
  { treatment }: DiversionState,
  wanted: readonly PlannedModalityData[],
  at: Instant,
): Refused {
  const known = wanted.map((strand) => knownAs(treatment.modalities, strand, at));
  const [first] = known.filter((modality) => modality !== undefined);
  if (first === undefined) {
    return undefined;
  }
  const details = { modalityId: first.modalityId, plannedAt: first.plannedAt };
  const same = known.every(
    (modality, index) =>
      modality?.type === wanted[index]?.type && modality?.prescribed === wanted[index]?.prescribed,
  );
  return same
    ? refuse('already-done', 'This care plan is already agreed.', details)
    : refuse(
        'conflict',
        'A strand of this id or kind is in the plan already: agree only what is new, under an id of its own.',
        details,
      );
}

/** By its id; without one, a strand of the same kind that was planned on the same day is the same strand. */
function knownAs(
  modalities: readonly Modality[],
  { modalityId, type, prescribed }: PlannedModalityData,
  at: Instant,
): Modality | undefined {
  return modalities.find((known) =>
    modalityId === undefined
      ? known.type === type &&
        known.prescribed === prescribed &&
        known.endedAt === null &&
        !known.already &&
        onSameDay(known.plannedAt, at)
      : known.modalityId === modalityId,
  );
}

function refuseAssessment({ assessment }: DiversionState, at: Instant): Refused {
  if (assessment?.result !== 'suitable') {
    return refuse('condition-not-met', 'A care plan needs an assessment that found the person suitable.', {
      result: assessment?.result ?? null,
    });
  }
  return onEarlierDay(at, assessment.at)
    ? refuse('before-the-start', 'The care plan is dated before the assessment that it rests on.', {
        agreedAt: at,
        assessedAt: assessment.at,
      })
    : undefined;
}
