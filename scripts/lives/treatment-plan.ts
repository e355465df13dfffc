import { habits } from './habits.ts';
import type { LifeDraft } from './life-draft.ts';

/** From the care plan to the end of the treatment: some goes on when the time of the referral is over. */
export function treat(draft: LifeDraft): void {
  const { random } = draft;
  if (!draft.pass(0.5, 7)) return;
  const prescribed = draft.chance(habits.prescribed);
  const modalityId = draft.uuid();
  const type = prescribed ? 'pharmacological' : random.pick(['psychosocial', 'group-programme']);
  draft.command('agree-care-plan', { modalities: [{ modalityId, type, prescribed }] });
  if (!draft.pass(0.5, 10)) return;
  draft.command('start-treatment', { modalityId });
  draft.inTreatment = true;
  if (prescribed) {
    draft.pass(0.2, 3);
    draft.command('start-prescription', { modalityId });
  }
  const needId = draft.chance(habits.need) ? draft.uuid() : undefined;
  if (needId !== undefined) {
    draft.pass(0.2, 3);
    draft.command('add-need', { needId, code: random.pick(['housing', 'mental-health', 'counselling']) });
  }
  goToSessions(draft, modalityId);
  if (draft.chance(habits.positiveOutcome)) {
    draft.pass(0.2, 3);
    draft.command('record-positive-outcome', { outcome: random.pick(['reduced-use', 'housed', 'training']) });
  }
  if (needId !== undefined) {
    draft.pass(0.2, 3);
    draft.command('close-need', { needId, result: random.pick(['met', 'partly-met', 'not-available']) });
  }
  finish(draft, modalityId, prescribed);
}

function goToSessions(draft: LifeDraft, modalityId: string): void {
  const sessions = draft.random.between(2, 12);
  for (let session = 1; session <= sessions; session += 1) {
    draft.pass(4, 10);
    const result = draft.chance(0.75) ? 'attended' : draft.random.pick(['missed', 'cancelled-by-person']);
    draft.command('record-treatment-session', { modalityId, kind: 'one-to-one', result });
    if (session === 2 && draft.chance(habits.testInTreatment)) {
      draft.pass(0.2, 1);
      const result_ = draft.random.pick(['negative', 'positive']);
      draft.command('record-treatment-test', { results: [{ substance: 'cannabis', result: result_ }] });
    }
  }
}

function finish(draft: LifeDraft, modalityId: string, prescribed: boolean): void {
  const leaves = draft.chance(habits.dropsOut);
  draft.pass(1, 7);
  if (prescribed) {
    draft.command('end-prescription', { modalityId, reason: leaves ? 'stopped' : 'completed' });
    draft.pass(0.1, 1);
  }
  draft.command('end-modality', { modalityId, reason: leaves ? 'dropped-out' : 'completed' });
  // A referral that was not over when the strand ended has its limit again; one that was concluded has none.
  const concluded = draft.day > draft.limit;
  if (!concluded) draft.inTreatment = false;
  if (!draft.pass(0.2, 2)) return;
  if (leaves) {
    draft.close('disengaged');
    return;
  }
  draft.close('completed', {
    drugFree: draft.random.pick(['yes', 'no', 'unknown']),
    crimeFree: draft.random.pick(['yes', 'unknown']),
  });
}
