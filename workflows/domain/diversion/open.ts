import { providerRoles } from '../common/actor.ts';
import type { Actor } from '../common/actor.ts';
import type { Decision, Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import { isInFuture } from '../common/command-guard.ts';
import { after } from '../common/duration.ts';
import type { Instant } from '../common/instant.ts';
import { describeLocal, localParts } from '../common/london-time.ts';
import { notAccepted } from './acceptance.ts';
import { isUnderAge } from './age.ts';
import { raise } from './attention.ts';
import { withSoFar } from './carried-over.ts';
import {
  clocksOfConditions,
  clocksOfProvider,
  clocksOfReceipt,
  policeFeedback,
  policyHere,
} from './clocks.ts';
import type { DiversionCommandOf, ReferralData } from './commands.ts';
import { eventVersions } from './events.ts';
import type { DiversionEvent, ReferralReceived } from './events.ts';
import { keptOrigin, refuseOrigin } from './referral-origin.ts';
import { disposalOfWay } from './referral-source.ts';
import type { ReferralWay } from './referral-source.ts';
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
  const { receivedAt, policy, route, conditions = [] } = data;
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
  const refused =
    refuseOffence(data) ??
    refuseAge(data) ??
    refuseLongAgo(data, actor, now) ??
    refuseConditions(data) ??
    refuseOrigin(data, data.source.source, receivedAt);
  if (refused !== undefined) {
    return refused;
  }
  const stage: DiversionStage = route === null ? 'awaiting-route' : 'awaiting-contact';
  const taken = isTakenAlready(data, actor);
  const acceptance = { ...notAccepted, acceptedAt: taken ? receivedAt : null };
  const opening: DiversionEvent[] = [
    {
      type: 'referral-received',
      version: eventVersions['referral-received'],
      occurredAt: receivedAt,
      data: received(data, actor.forceId),
      stage,
      armed: [
        ...clocksOfReceipt(receivedAt, policyHere(data)),
        ...clocksOfProvider(0, { ...data, acceptance }, receivedAt),
        ...clocksOfConditions(receivedAt, conditions),
        ...policeFeedback(receivedAt, data.source, policyHere(data)),
      ],
      ...(route === null ? { raised: [raise({ route }, 'no-route', receivedAt)] } : {}),
    },
    ...(taken ? [acceptedAtReceipt(receivedAt)] : []),
  ];
  return data.soFar === undefined
    ? { events: opening, intents: [] }
    : withSoFar(command, opening, data.soFar);
}

/** Who brings the person to themselves, or has them on their own caseload, need not say that they take them. */
function isTakenAlready({ route, source }: ReferralData, { role, organisationId }: Actor): boolean {
  return (
    route !== null &&
    (source.via === 'caseload-import' ||
      (providerRoles.includes(role) && organisationId === route.providerId))
  );
}

function acceptedAtReceipt(occurredAt: Instant): DiversionEvent {
  return { type: 'referral-accepted', version: eventVersions['referral-accepted'], occurredAt, data: {} };
}

type Refused = { readonly refusal: Refusal } | undefined;

/** What was disposed of is an offence. A case that was open elsewhere may come without it: its file does not say. */
function refuseOffence({ source, disposal, offenceCode, offenceDate, receivedAt }: ReferralData): Refused {
  const { via } = source;
  const disposed = disposalOfWay[via];
  if (disposed !== undefined && disposed !== disposal) {
    return refuse('condition-not-met', 'This way of referring belongs to another disposal.', {
      via,
      disposal,
    });
  }
  const missing = offenceCode === null || offenceDate === null;
  if (disposal !== null && missing && via !== 'caseload-import') {
    return refuse('condition-not-met', 'A disposal deals with an offence: say which, and when it was.', {
      disposal,
    });
  }
  return offenceDate !== null && offenceDate > localParts(receivedAt).date
    ? refuse('before-the-start', 'The offence is dated after its outcome.', { offenceDate, receivedAt })
    : undefined;
}

/** A slip in the year would lose the person: closed at once, and nobody would ever try. What is sent by a machine may be old. */
function refuseLongAgo({ source, receivedAt, policy }: ReferralData, { role }: Actor, now: Instant): Refused {
  const limit = after(receivedAt, policy.closure, policy.bankHolidays);
  if (limit > now || role === 'RecordsSystem' || fromFiles.includes(source.via)) {
    return undefined;
  }
  return refuse(
    'condition-not-met',
    `This is dated ${describeLocal(receivedAt)}: a referral of that day would be closed already, and nobody would try to reach the person. Check the date; what is of long ago comes in by an import.`,
    { receivedAt, limit },
  );
}

const fromFiles: readonly ReferralWay[] = ['records-export', 'caseload-import'];

function refuseAge(data: ReferralData): Refused {
  if (!isUnderAge(data)) {
    return undefined;
  }
  const { offenceDate } = data;
  const day = offenceDate === null ? 'of the referral' : 'of the offence';
  return refuse(
    'under-18',
    `The person was under 18 on the day ${day}. Signpost them to services for young people.`,
  );
}

function refuseConditions({ disposal, conditions = [], receivedAt }: ReferralData): Refused {
  if (conditions.length > 0 && disposal !== 'conditional-caution') {
    return refuse('condition-not-met', 'Only a conditional caution has conditions.', { disposal });
  }
  if (new Set(conditions.map(({ conditionId }) => conditionId)).size < conditions.length) {
    return refuse('condition-not-met', 'Each condition has an id of its own.');
  }
  const over = conditions.find(({ dueAt }) => dueAt <= receivedAt);
  return over === undefined
    ? undefined
    : refuse('before-the-start', 'A condition is due after the caution was given.', {
        conditionId: over.conditionId,
        dueAt: over.dueAt,
        receivedAt,
      });
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
    ...conditionsOf(data),
    ...keptOrigin(data),
    language: data.language,
    safeToText: data.safeToText,
    knownChannels: data.knownChannels,
    route: data.route,
    ...(data.area === undefined ? {} : { area: data.area }),
    policy: data.policy,
  };
}

/** Left out where there are none. */
function conditionsOf({ conditions = [] }: ReferralData): Pick<ReferralReceived, 'conditions'> {
  return conditions.length === 0
    ? {}
    : { conditions: conditions.map(({ conditionId, code, dueAt }) => ({ conditionId, code, dueAt })) };
}
