import type { CreateAttempt } from '../../../stand-ins/twilio-record.ts';
import type { LedgerSnapshot } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/**
 * I2, from the gateway's own record. Every text that it accepted must belong to one message of ours: by the
 * id that the message knows it by, or else to one whose outcome is honestly not known.
 */
export function checkMessages(
  { messages }: Pick<LedgerSnapshot, 'messages'>,
  attempts: readonly CreateAttempt[],
): Violation[] {
  const accepted = attempts.flatMap(({ accepted: taken, sid }) => (taken && sid !== null ? [sid] : []));
  const known = messages.flatMap(({ gatewayId }) => (gatewayId === null ? [] : [gatewayId]));
  const unclear = messages.filter(
    ({ status, gatewayId }) => gatewayId === null && (status === 'unknown' || status === 'sending'),
  );
  const violations: Violation[] = [];
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
