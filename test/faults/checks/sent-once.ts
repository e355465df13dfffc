import type { CreateAttempt } from '../../../stand-ins/twilio-record.ts';
import type { MailAttempt } from '../../../stand-ins/mail-record.ts';
import type { LedgerSnapshot, MessageRow } from '../../../scripts/house/ledger-snapshot.ts';
import { isTextPurpose } from '../../../workflows/domain/common/message-purpose.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { isStoppedAtCarrier } from '../../../workflows/domain/common/delivery-failure.ts';

const final = ['sent', 'delivered', 'failed', 'unknown', 'cancelled', 'skipped'];

/** A phone to which nothing may leave any more, why, and when that was taken, in epoch milliseconds. */
export interface Stopped {
  readonly phone: string;
  readonly at: number;
  readonly by: string;
}

/** The intent that a create belongs to; the address where the gateway reports names it. */
export function intentOf({ statusCallback = '' }: Pick<CreateAttempt, 'statusCallback'>): string {
  const [address = ''] = statusCallback.split('#');
  return address.split('/').at(-1) ?? '';
}

/**
 * I2 in full, for phones of which no two texts have the same words: every intent has at most one accepted create, and
 * knows that one as its own; what failed or is not clear has a person who sees to it.
 */
export function checkSentOnce(
  { messages, pathways }: Pick<LedgerSnapshot, 'messages' | 'pathways'>,
  attempts: readonly CreateAttempt[],
): Violation[] {
  const known = new Map(messages.map((message) => [message.id, message]));
  const told = new Set(
    pathways.flatMap(({ events }) =>
      events.flatMap(({ type, data }) =>
        type === 'message-not-sent' ? [(data as unknown as { readonly intentId: string }).intentId] : [],
      ),
    ),
  );
  const closed = new Set(
    pathways.filter(({ columns }) => columns.closedAt !== null).map(({ pathwayId }) => pathwayId),
  );
  const accepted = new Map<string, string[]>();
  for (const attempt of attempts) {
    if (!attempt.accepted || attempt.sid === null) continue;
    const intentId = intentOf(attempt);
    accepted.set(intentId, [...(accepted.get(intentId) ?? []), attempt.sid]);
  }
  return [
    ...[...accepted].flatMap(([intentId, sids]) => {
      const message = known.get(intentId);
      if (message === undefined) return [violation('I2', `a text of no intent was accepted (${intentId})`)];
      if (sids.length > 1)
        return [violation('I2', `${intentId} was accepted ${String(sids.length)} times: ${sids.join(', ')}`)];
      const { status, gatewayId } = message;
      const right =
        gatewayId === sids[0] || (gatewayId === null && (status === 'sending' || status === 'unknown'));
      return right
        ? []
        : [
            violation(
              'I2',
              `${intentId} was accepted as ${String(sids[0])} and is ${status} as ${String(gatewayId)}`,
            ),
          ];
    }),
    ...messages
      .filter(
        ({ channel, purpose, status }) =>
          (channel === 'sms' || isTextPurpose(purpose)) && (status === 'unknown' || status === 'failed'),
      )
      .filter(({ id, pathwayId }) => !told.has(id) && !closed.has(pathwayId))
      // The stop that is recorded with it asks for another way.
      .filter(({ reason }) => !isStoppedAtCarrier(reason))
      .map(({ id, status, reason }) =>
        violation('I2', `${id} is ${status} (${String(reason)}), and nobody is told`),
      ),
  ];
}

/** The same of mails: by their Message-ID, which is made of the intent's. */
export function checkMailsOnce(
  { messages }: Pick<LedgerSnapshot, 'messages'>,
  attempts: readonly MailAttempt[],
): Violation[] {
  const mails = new Set(messages.filter(({ channel }) => channel === 'email').map(({ id }) => id));
  const times = new Map<string, number>();
  for (const { accepted, mail } of attempts) {
    if (!accepted || mail === null) continue;
    const intentId = /^<([^@]+)@/.exec(mail.messageId)?.[1] ?? '';
    times.set(intentId, (times.get(intentId) ?? 0) + 1);
  }
  return [...times].flatMap(([intentId, count]) => {
    if (!mails.has(intentId)) return [violation('I2', `a mail of no intent was accepted (${intentId})`)];
    return count === 1 ? [] : [violation('I2', `the mail ${intentId} was accepted ${String(count)} times`)];
  });
}

/** I3: what was judged to leave after it was taken that nothing may. */
export function checkStopped(
  { messages }: Pick<LedgerSnapshot, 'messages'>,
  attempts: readonly CreateAttempt[],
  stopped: readonly Stopped[],
): Violation[] {
  const handedOverAt = new Map(messages.map(({ id, handedOverAt: at }) => [id, at]));
  return stopped.flatMap(({ phone, at, by }) =>
    attempts
      .filter((attempt) => attempt.to === phone && Date.parse(attempt.at) > at)
      .filter((attempt) => Date.parse(handedOverAt.get(intentOf(attempt)) ?? attempt.at) > at)
      .map((attempt) => violation('I3', `${intentOf(attempt)} was sent after ${by}`)),
  );
}

/** Those that nobody has settled. */
export function unsettled(messages: readonly MessageRow[]): MessageRow[] {
  return messages.filter(({ status }) => !final.includes(status));
}
