import { addLocalDays } from '../../../workflows/domain/common/london-time.ts';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import type { AssessmentData } from '../../../workflows/domain/diversion/assessment.ts';
import type { Modality, PlannedModalityData } from '../../../workflows/domain/diversion/treatment.ts';
import { local, must, ReferralLife } from './referral-life.ts';

/** Lives on their way into treatment. Assessed on Thursday 5 March, planned on the 6th, begun on the 9th. */

export const suitable: AssessmentData = {
  substances: ['heroin', 'alcohol', 'crack'],
  result: 'suitable',
  programme: 'core',
};

export const talking: PlannedModalityData = {
  modalityId: 'talking',
  type: 'psychosocial',
  prescribed: false,
};

export const prescribing: PlannedModalityData = {
  modalityId: 'prescribing',
  type: 'pharmacological',
  prescribed: true,
};

export const course: PlannedModalityData = {
  modalityId: 'course',
  type: 'awareness-course',
  prescribed: false,
};

export function assessed(data: AssessmentData = suitable, changed: Partial<ReferralData> = {}): ReferralLife {
  return ReferralLife.received(changed).until(local('2026-03-05 14:00')).do('record-assessment', data);
}

export function planned(...modalities: readonly PlannedModalityData[]): ReferralLife {
  const agreed = modalities.length === 0 ? [talking, prescribing, course] : modalities;
  return assessed().until(local('2026-03-06 10:00')).do('agree-care-plan', { modalities: agreed });
}

/** With these strands running. */
export function treated(...modalities: readonly PlannedModalityData[]): ReferralLife {
  const agreed = modalities.length === 0 ? [talking, prescribing] : modalities;
  const life = planned(...agreed).until(local('2026-03-09 10:00'));
  for (const { modalityId = '' } of agreed) {
    life.do('start-treatment', { modalityId });
  }
  return life;
}

/** In treatment when the limit came: the referral is over, the treatment is not. */
export function concluded(...modalities: readonly PlannedModalityData[]): ReferralLife {
  const life = treated(...modalities).until(local('2026-06-10 10:00'));
  must(life.at.stage === 'concluded', 'The limit has not concluded the referral');
  return life;
}

export function strand(life: ReferralLife, modalityId: string): Modality {
  const found = life.at.treatment.modalities.find((modality) => modality.modalityId === modalityId);
  must(found !== undefined, `No strand ${modalityId}`);
  return found;
}

/** The person says no to treatment, which closes the referral, comes back to it, and has not said yes again. */
export function withoutTreatmentConsent(life: ReferralLife): ReferralLife {
  const said = { factId: 'no-treatment', fact: 'consent-withdrawn', purpose: 'treatment' };
  must(life.engine('carry-fact', said).refusal === undefined, 'The withdrawal was refused');
  life.asleepUntil(addLocalDays(life.now, 1)).do('record-engagement', { evidence: 'attended' });
  must(life.at.consents.treatment === 'withdrawn', 'The withdrawal is not known');
  return life;
}
