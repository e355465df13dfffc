import type { Command } from '../common/command.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { asksFor, concernsPathway, replyAttention, saidAt, takesBackNo } from '../common/reply.ts';
import type { RecordReplyData, ReplyRecorded, SettleReplyData } from '../common/reply.ts';
import { isOpen, raise, settle } from './attention.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import type { DiversionState } from './state.ts';

/** What the person wrote back. On the voluntary path a caseworker sees to it, and nothing else follows. */
export function recordReply(
  state: DiversionState,
  command: Command<'record-reply', RecordReplyData>,
  now: Instant,
): Decision<DiversionEvent> {
  const { replyId, meaning, callToday, appointmentId, unclear } = command.data;
  if (state.closure !== null || state.voided !== null || state.finished) {
    return refuse('already-done', 'The referral has ended: its replies are listed for a person.', {
      replyId,
    });
  }
  if (!concernsPathway(command.data)) {
    return refuse('already-done', 'This reply is about the person and not about a referral.', { replyId });
  }
  const at = saidAt(command.occurredAt, state.receivedAt, now);
  // Whoever wrote from a phone that is a stranger's may say so of nobody's appointment.
  const ahead =
    !isOpen(state, 'check-number') &&
    state.appointments.some(
      (appointment) =>
        appointment.appointmentId === appointmentId &&
        appointment.status === 'booked' &&
        appointment.startsAt > at,
    );
  const about = ahead ? appointmentId : null;
  const saidNo = about === null ? [] : settle(state, ['reply-cannot-come'], about);
  const code = asksFor(command.data, { ahead, saidNo: saidNo.length > 0 });
  const ref = code === 'reply-cannot-come' && about !== null ? about : replyId;
  const data: ReplyRecorded = {
    ...{ replyId, meaning, appointmentId: about },
    ...(callToday ? { callToday: true } : {}),
    ...(unclear === true ? { unclear } : {}),
  };
  return new DecisionDraft(state, command)
    .record('reply-recorded', at, data, {
      raised: code === undefined ? [] : [raise(state, code, at, ref)],
      settled: takesBackNo(command.data) ? saidNo : [],
    })
    .decided();
}

export function settleReply(
  state: DiversionState,
  command: Command<'settle-reply', SettleReplyData>,
  now: Instant,
): Decision<DiversionEvent> {
  const { replyId, appointmentId, finding } = command.data;
  const settled = [
    ...settle(state, replyAttention, replyId),
    ...(appointmentId === null ? [] : settle(state, ['reply-cannot-come'], appointmentId)),
  ];
  return settled.length === 0
    ? refuse('already-done', 'Nothing is open about this reply here.', { replyId })
    : new DecisionDraft(state, command)
        .record(
          'reply-settled',
          saidAt(command.occurredAt, state.receivedAt, now),
          { replyId, finding },
          { settled },
        )
        .decided();
}
