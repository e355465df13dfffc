import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';
import { isDiversionEvent } from './diversion-event.ts';

/** After one of these nobody can say from outside which contacts the other referral had to hear of. */
const unsettling: readonly string[] = [
  ...['person-reassigned', 'referral-routed', 'referral-declined', 'transfer-accepted'],
  ...['pathway-closed', 'pathway-voided', 'diversion-concluded', 'death-noted'],
];

/**
 * Contacts that are shared between the open referrals of one person with one provider: each counts once, one that was
 * undone not at all, and where nothing else happened, every one of them.
 */
export function checkContacts(pathways: readonly LedgerPathway[]): Violation[] {
  const referrals = pathways.filter(({ kind }) => kind === 'diversion');
  const sisters = new Map<string, LedgerPathway[]>();
  for (const referral of referrals)
    sisters.set(referral.personId, [...(sisters.get(referral.personId) ?? []), referral]);
  return referrals.flatMap((referral) => {
    const violations: Violation[] = [];
    const say = (what: string): number =>
      violations.push(violation('contacts', `${referral.pathwayId}: ${what}`));
    const counted = countedHere(referral, say);
    if (!isSettled(referral)) return violations;
    for (const sister of sisters.get(referral.personId) ?? []) {
      if (sister === referral || !isSettled(sister) || !isSameProvider(sister, referral)) continue;
      for (const attemptId of toShare(sister, referral)) {
        if (!counted.has(attemptId)) say(`${attemptId} of ${sister.pathwayId} does not count here`);
      }
      for (const [attemptId, from] of counted) {
        if (from === sister.pathwayId && undoneIn(sister).has(attemptId))
          say(`${attemptId} of ${sister.pathwayId} counts here and was undone`);
      }
    }
    return violations;
  });
}

/** Contacts of other referrals that count, with the one that each comes from. */
function countedHere({ events }: LedgerPathway, say: (what: string) => void): ReadonlyMap<string, string> {
  const counted = new Map<string, string>();
  for (const event of events) {
    if (isDiversionEvent(event, 'contact-shared')) {
      const { attemptId, fromPathwayId } = event.data;
      if (counted.has(attemptId)) say(`event ${String(event.seq)} counts ${attemptId} again`);
      if (events.some(({ commandId }) => commandId === attemptId)) say(`${attemptId} is its own`);
      counted.set(attemptId, fromPathwayId);
    }
    if (isDiversionEvent(event, 'contact-share-undone')) {
      for (const attemptId of event.data.attemptIds) {
        if (!counted.delete(attemptId))
          say(`event ${String(event.seq)} takes back ${attemptId}, which does not count`);
      }
    }
  }
  return counted;
}

/** What was tried here since the other one was there, and stands. */
function toShare(from: LedgerPathway, to: LedgerPathway): string[] {
  const [opened] = to.events;
  const undone = undoneIn(from);
  return from.events.flatMap((event) => {
    if (opened === undefined || !isDiversionEvent(event, 'contact-attempted')) return [];
    const { by, result } = event.data;
    const shared =
      by === 'person' &&
      result !== 'wrong-number' &&
      event.recordedAt > opened.recordedAt &&
      event.occurredAt >= opened.occurredAt;
    return shared && !undone.has(event.commandId) ? [event.commandId] : [];
  });
}

function undoneIn({ events }: LedgerPathway): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) =>
      isDiversionEvent(event, 'contact-attempt-undone') ? [event.data.attemptId] : [],
    ),
  );
}

function isSettled({ events }: LedgerPathway): boolean {
  return !events.some(({ type }) => unsettling.includes(type));
}

function isSameProvider(one: LedgerPathway, other: LedgerPathway): boolean {
  return one.columns.providerId !== null && one.columns.providerId === other.columns.providerId;
}
