import type { CreateAttempt } from '../../../stand-ins/twilio-record.ts';
import type { LedgerSnapshot } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { intentOf } from './sent-once.ts';

/**
 * I2, from the gateway's own record. Every text that it accepted must belong to one message of ours: by the
 * id that the message knows it by, or else to one whose outcome is honestly not known.
 */
export function checkMessages(
  ledger: Pick<LedgerSnapshot, 'messages'>,
  attempts: readonly CreateAttempt[],
): Violation[] {
  const messages = ledger.messages.filter(({ channel }) => channel === 'sms');
  const accepted = attempts.flatMap(({ accepted: taken, sid }) => (taken && sid !== null ? [sid] : []));
  const known = messages.flatMap(({ gatewayId }) => (gatewayId === null ? [] : [gatewayId]));
  const unclear = messages.filter(
    ({ status, gatewayId }) => gatewayId === null && (status === 'unknown' || status === 'sending'),
  );
  const violations: Violation[] = [...acceptedTwice(attempts)];
  for (const sid of new Set(known)) {
    const times = known.filter((other) => other === sid).length;
    if (times > 1) violations.push(violation('I2', `text ${sid} is known to ${String(times)} messages`));
    if (!accepted.includes(sid))
      violations.push(violation('I2', `text ${sid} is not one that the gateway accepted`));
  }
  const strangers = accepted.filter((sid) => !known.includes(sid));
  if (strangers.length > unclear.length) {
    violations.push(
      violation(
        'I2',
        `the gateway accepted ${String(strangers.length)} texts that no message knows, and ${String(unclear.length)} messages are unclear`,
      ),
    );
  }
  return violations;
}

/** By the intent that the address names where the gateway reports. */
function acceptedTwice(attempts: readonly CreateAttempt[]): Violation[] {
  const times = new Map<string, number>();
  for (const attempt of attempts) {
    const intentId = attempt.accepted ? intentOf(attempt) : '';
    if (intentId !== '') times.set(intentId, (times.get(intentId) ?? 0) + 1);
  }
  return [...times]
    .filter(([, count]) => count > 1)
    .map(([intentId, count]) =>
      violation('I2', `the gateway accepted ${String(count)} texts of the intent ${intentId}`),
    );
}
