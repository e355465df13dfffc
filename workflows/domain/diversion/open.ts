import { adultAge } from '../common/adult-age.ts';
import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isInFuture } from '../common/command-guard.ts';
import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { ageOn, describeLocal, localParts } from '../common/london-time.ts';
import { raise } from './attention.ts';
import { clocksOfReceipt } from './clocks.ts';
import type { DiversionCommandOf, ReferralData } from './commands.ts';
import { eventVersions } from './events.ts';
import type { DiversionEvent, ReferralReceived } from './events.ts';
import { diversionTable } from './table.ts';
import type { DiversionStage } from './table.ts';

/**
 * The opening decision, made where the referral comes in. Receipt is the moment of the outcome, also when
 * it lies months back: clocks that are due already pass at once, each as of its own time.
 */
export function openReferral(
  command: DiversionCommandOf<'receive-referral'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { actor, data, receivedAt: takenAt } = command;
  const { birthDate, receivedAt, offenceDate, policy, route } = data;
  const roles: readonly string[] = diversionTable.commands['receive-referral'].roles;
  if (!roles.includes(actor.role)) {
    return refuse('wrong-role', 'Your role may not do this: Receive a referral.');
  }
  if (policy.forceId !== actor.forceId) {
    return refuse('conflict', 'The policy belongs to another force.');
  }
  if (isInFuture(receivedAt, takenAt, now)) {
    return refuse('in-the-future', 'The outcome is dated in the future.', { receivedAt, now });
  }
  if (offenceDate > localParts(receivedAt).date) {
    return refuse('condition-not-met', 'The offence is dated after its outcome.', {
      offenceDate,
      receivedAt,
    });
  }
  const limit = after(receivedAt, policy.closure, policy.bankHolidays);
  if (data.source.via === 'acr' && actor.role !== 'RecordsSystem' && limit <= now) {
    return refuse(
      'condition-not-met',
      `The outcome is dated ${describeLocal(receivedAt)}: a referral of that day would be closed already, and nobody would try to reach the person. Check the date; outcomes of long ago come in by an import.`,
      { receivedAt, limit },
    );
  }
  if (ageOn(birthDate, offenceDate) < adultAge) {
    return refuse(
      'under-18',
      'The person was under 18 on the day of the offence. Signpost them to services for young people.',
    );
  }
  const stage: DiversionStage = route === null ? 'awaiting-route' : 'awaiting-contact';
  return {
    events: [
      {
        type: 'referral-received',
        version: eventVersions['referral-received'],
        occurredAt: receivedAt,
        data: received(data, actor.forceId),
        stage,
        armed: clocksOfReceipt(receivedAt, policy),
        ...(route === null ? { raised: [raise({ route }, 'no-route', receivedAt)] } : {}),
      },
    ],
    intents: [],
  };
}

/** Field by field: the birth date, and whatever else came along, stays outside the ledger. */
function received(data: ReferralData, forceId: string): ReferralReceived {
  return {
    pathwayId: data.pathwayId,
    forceId,
    personId: data.personId,
    source: data.source,
    disposal: data.disposal,
    offenceCode: data.offenceCode,
    drugCode: data.drugCode ?? null,
    offenceDate: data.offenceDate,
    language: data.language,
    safeToText: data.safeToText,
    knownChannels: data.knownChannels,
    route: data.route,
    policy: data.policy,
  };
}
