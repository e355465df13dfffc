import type { Decision } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import type { DiversionCommandOf } from './commands.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

export function startTreatment(
  _state: DiversionState,
  _command: DiversionCommandOf<'start-treatment'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function recordTreatmentSession(
  _state: DiversionState,
  _command: DiversionCommandOf<'record-treatment-session'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function startPrescription(
  _state: DiversionState,
  _command: DiversionCommandOf<'start-prescription'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function endPrescription(
  _state: DiversionState,
  _command: DiversionCommandOf<'end-prescription'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function recordTreatmentTest(
  _state: DiversionState,
  _command: DiversionCommandOf<'record-treatment-test'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function endModality(
  _state: DiversionState,
  _command: DiversionCommandOf<'end-modality'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}

export function recordPositiveOutcome(
  _state: DiversionState,
  _command: DiversionCommandOf<'record-positive-outcome'>,
  _now: Instant,
): Decision<DiversionEvent> {
  throw new Error('NOT WRITTEN YET');
}
