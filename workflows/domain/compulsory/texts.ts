import { clear } from '../common/arming.ts';
import type { Attention } from '../common/attention.ts';
import type { CarryFactData, Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { EventEffects } from '../common/event.ts';
import type { Instant } from '../common/instant.ts';
import { isBefore } from '../common/instant.ts';
import { isReminderRule } from '../common/reminder.ts';
import { appointmentEffects, assessorOf } from './assessment-appointment.ts';
import { raise, settleAll } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { wantsNoTexts } from './state.ts';
import type { AssessmentAppointment, CompulsoryState, FactMatter } from './state.ts';

/** Whether the person may be texted. The duty stays either way. */

type CarryFact = Command<'carry-fact', CarryFactData>;

export function textsStopped(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  if (state.textsStoppedAt !== null || isOvertaken(state, 'texts', occurredAt)) {
    return refuse('already-done', 'Texts are already stopped, or something later is known.', {
      stoppedAt: state.textsStoppedAt,
    });
  }
  const effects = withoutTexts(state, occurredAt, now);
  return { events: [newEvent('texts-stopped', occurredAt, { factId: data.factId }, effects)], intents: [] };
}

export function textsAllowed(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { textsStoppedAt, told } = state;
  const known = textsStoppedAt === null && told.texts !== undefined;
  if (state.finished || known || isOvertaken(state, 'texts', occurredAt)) {
    return refuse('already-done', 'Texts are not stopped here, or something later is known.');
  }
  const effects = withTexts(state, { ...state, textsStoppedAt: null }, occurredAt, now);
  return { events: [newEvent('texts-allowed', occurredAt, { factId: data.factId }, effects)], intents: [] };
}

/** No other consent touches a duty, a clock or a statutory report. */
export function consentNoted(
  state: CompulsoryState,
  { data, occurredAt }: CarryFact,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { factId, fact, purpose } = data;
  if (purpose !== 'texts') {
    return refuse('already-done', 'The duty does not rest on consent: nothing changes here.');
  }
  const given = fact === 'consent-given';
  const { textsRefusedAt, told } = state;
  const known = given
    ? textsRefusedAt === null && told['texts-consent'] !== undefined
    : textsRefusedAt !== null;
  if (state.finished || known || isOvertaken(state, 'texts-consent', occurredAt)) {
    return refuse('already-done', 'This is known here already, or something later is.');
  }
  const effects = given
    ? withTexts(state, { ...state, textsRefusedAt: null }, occurredAt, now)
    : withoutTexts(state, occurredAt, now);
  return { events: [newEvent('texts-consent-noted', occurredAt, { factId, given }, effects)], intents: [] };
}

function isOvertaken({ told }: CompulsoryState, matter: FactMatter, at: Instant): boolean {
  const later = told[matter];
  return later !== undefined && isBefore(at, later);
}

/** For each appointment ahead somebody must reach the person in another way. */
function withoutTexts(state: CompulsoryState, at: Instant, now: Instant): EventEffects {
  return {
    cleared: clear(
      state.deadlines.filter(({ rule }) => isReminderRule(rule)),
      'ended',
    ),
    raised: otherWay(state, at, now),
  };
}

/** For each appointment ahead, where nobody is asked yet. */
export function otherWay(state: CompulsoryState, at: Instant, now: Instant): Attention[] {
  const asked = state.attention.filter(({ code }) => code === 'reach-another-way').map(({ ref }) => ref);
  return ahead(state, now)
    .filter(({ appointmentId }) => !asked.includes(appointmentId))
    .map(({ appointmentId, kind }) => raise('reach-another-way', at, appointmentId, assessorOf(kind)));
}

/**
 * Where texts are off in another way too, nothing goes out yet. Who was asked because of something else, of a number that
 * takes no texts or is not safe for them, is still asked: a way is gained only where the person had stopped it.
 */
function withTexts(state: CompulsoryState, after: CompulsoryState, at: Instant, now: Instant): EventEffects {
  if (wantsNoTexts(after)) {
    return {};
  }
  const planned = after.deadlines.map(({ rule, ref }) => `${rule} ${ref ?? ''}`);
  return {
    settled: wantsNoTexts(state) ? settleAll(after, 'reach-another-way') : [],
    armed: ahead(after, now)
      .flatMap((appointment) => appointmentEffects(after, appointment.kind, appointment, at, now).armed)
      .filter(({ rule, ref }) => isReminderRule(rule) && !planned.includes(`${rule} ${ref ?? ''}`)),
  };
}

function ahead({ appointments }: CompulsoryState, now: Instant): AssessmentAppointment[] {
  return appointments.filter(({ status, startsAt }) => status === 'booked' && isBefore(now, startsAt));
}
