import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isBefore } from '../common/instant.ts';
import type { Instant } from '../common/instant.ts';
import { asksFor, concernsPathway, replyAttention, saidAt, takesBackNo } from '../common/reply.ts';
import type { RecordReplyData, ReplyRecorded, SettleReplyData } from '../common/reply.ts';
import { assessorOf } from './assessment-appointment.ts';
import { raise, settle } from './clocks.ts';
import { newEvent } from './events.ts';
import type { CompulsoryEvent } from './events.ts';
import { findAppointment } from './state.ts';
import type { CompulsoryState } from './state.ts';

/** What the person wrote back. It moves nothing and excuses nothing: the duty stays, and a person sees to it. */
export function recordReply(
  state: CompulsoryState,
  { data, occurredAt }: Command<'record-reply', RecordReplyData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { replyId, meaning, callToday, appointmentId, unclear } = data;
  if (state.closed !== null) {
    return refuse('already-done', 'The pathway has ended: its replies are listed for a person.', { replyId });
  }
  if (!concernsPathway(data)) {
    return refuse('already-done', 'This reply is about the person and not about a duty.', { replyId });
  }
  const at = saidAt(occurredAt, state.receivedAt, now);
  const appointment = appointmentId === null ? undefined : findAppointment(state, appointmentId);
  // Whoever wrote from a phone that is a stranger's may say so of nobody's appointment.
  const inDoubt = state.attention.some(({ code }) => code === 'check-number');
  const ahead =
    !inDoubt && appointment?.status === 'booked' && isBefore(at, appointment.startsAt)
      ? appointment
      : undefined;
  const saidNo = ahead === undefined ? [] : settle(state, ['reply-cannot-come'], ahead.appointmentId);
  const code = asksFor(data, { ahead: ahead !== undefined, saidNo: saidNo.length > 0 });
  const ref = code === 'reply-cannot-come' && ahead !== undefined ? ahead.appointmentId : replyId;
  const open = state.attention.some((item) => item.code === code && item.ref === ref);
  const recorded: ReplyRecorded = {
    ...{ replyId, meaning, appointmentId: ahead?.appointmentId ?? null },
    ...(callToday ? { callToday: true } : {}),
    ...(unclear === true ? { unclear } : {}),
  };
  const owner = appointment === undefined ? undefined : assessorOf(appointment.kind);
  const raised = code === undefined || open ? [] : [raise(code, at, ref, owner)];
  const settled = takesBackNo(data) ? saidNo : [];
  return { events: [newEvent('reply-recorded', at, recorded, { raised, settled })], intents: [] };
}

export function settleReply(
  state: CompulsoryState,
  { data, occurredAt }: Command<'settle-reply', SettleReplyData>,
  now: Instant,
): Decision<CompulsoryEvent> {
  const { replyId, appointmentId, finding } = data;
  const settled = [
    ...settle(state, replyAttention, replyId),
    ...(appointmentId === null ? [] : settle(state, ['reply-cannot-come'], appointmentId)),
  ];
  if (settled.length === 0) {
    return refuse('already-done', 'Nothing is open about this reply here.', { replyId });
  }
  const at = saidAt(occurredAt, state.receivedAt, now);
  return { events: [newEvent('reply-settled', at, { replyId, finding }, { settled })], intents: [] };
}
