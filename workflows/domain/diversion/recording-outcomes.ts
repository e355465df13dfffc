import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';
import { mostTestResults } from './treatment.ts';
import type { TreatmentTested } from './treatment.ts';

/** What is recorded for care and for the counts, and leads to nothing: no clock, no question, no other stage. */

export function recordTreatmentTest(
  state: DiversionState,
  command: DiversionCommandOf<'record-treatment-test'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { results } = data;
  if (results.length === 0 || results.length > mostTestResults) {
    return refuse('condition-not-met', `A test has one to ${String(mostTestResults)} results.`);
  }
  if (new Set(results.map(({ substance }) => substance)).size < results.length) {
    return refuse('condition-not-met', 'A test has one result for each substance.');
  }
  const { lastTest } = state.treatment;
  if (lastTest?.at === occurredAt) {
    return written(lastTest.results) === written(results)
      ? refuse('already-done', 'This test is already recorded.', { testedAt: occurredAt })
      : refuse('conflict', 'Another result of a test at that time is already recorded.', {
          testedAt: occurredAt,
        });
  }
  return new DecisionDraft(state, command)
    .record('treatment-tested', occurredAt, {
      results: results.map(({ substance, result }) => ({ substance, result })),
    })
    .decided();
}

export function recordPositiveOutcome(
  state: DiversionState,
  command: DiversionCommandOf<'record-positive-outcome'>,
): Decision<DiversionEvent> {
  const { data, occurredAt } = command;
  const { outcome } = data;
  if (state.positiveOutcomes[outcome] === occurredAt) {
    return refuse('already-done', 'This positive outcome is already recorded.', { outcome, at: occurredAt });
  }
  return new DecisionDraft(state, command)
    .record('positive-outcome-recorded', occurredAt, { outcome })
    .decided();
}

/** In whatever order they were given. */
function written(results: TreatmentTested['results']): string {
  return results
    .map(({ substance, result }) => `${substance} ${result}`)
    .toSorted()
    .join();
}
