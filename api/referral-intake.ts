import { randomUUID } from 'node:crypto';
import { textableNumber } from '../messages/phone-number.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import type { Database } from '../store/database.ts';
import { openPathway } from '../store/intake.ts';
import type { OpenedPathway } from '../store/intake.ts';
import type { OutcomeIdentity } from '../store/outcome-identity.ts';
import type { PersonDetails } from '../store/person-columns.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Command } from '../workflows/domain/common/command.ts';
import type { KnownChannel } from '../workflows/domain/common/contact-preference.ts';
import type { Refusal } from '../workflows/domain/common/decision.ts';
import { toInstant } from '../workflows/domain/common/instant.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { ReferralData } from '../workflows/domain/diversion/commands.ts';
import type { ConditionData } from '../workflows/domain/diversion/condition.ts';
import type { ReferralOrigin } from '../workflows/domain/diversion/referral-origin.ts';
import { disposalOfWay } from '../workflows/domain/diversion/referral-source.ts';
import type { ReferralSource } from '../workflows/domain/diversion/referral-source.ts';
import { decideOpening } from './kinds.ts';
import { Problem } from './problems.ts';
import { areaOfResidence, policyOfRoute, routeOfResidence } from './residence-route.ts';

/** Somebody who agreed to be referred, by whatever way it came in. */
export interface NewReferral extends ReferralOrigin {
  /** Left out: the police. */
  readonly source?: ReferralSource['source'];
  readonly via: ReferralSource['via'];
  readonly person: PersonDetails;
  /** null: no disposal brought it. */
  readonly outcome: OutcomeIdentity | null;
  /** Receipt: when the outcome was decided, or where there is none, when the person was referred. */
  readonly outcomeAt: Instant;
  readonly offenceCode: string | null;
  readonly offenceDate: LocalDate | null;
  readonly drugCode?: string;
  /** Of a conditional caution. */
  readonly conditions?: readonly ConditionData[];
}

export interface ReferralIntake {
  readonly actor: Actor;
  /** Of the request, or made of the row of a file: the same one opens one pathway. */
  readonly commandId: string;
  /** When it reached the API. */
  readonly receivedAt: Instant;
  readonly referral: NewReferral;
}

export type ReferralTaken =
  | { readonly opened: OpenedPathway; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly opened?: undefined };

/**
 * Opens the pathway of a referral. Needs PostgreSQL only; starting its run is left to who calls, or to the
 * sweep.
 *
 * @throws Problem `no-policy`
 * @throws IdentityConflictError, LedgerRefusedError
 */
export async function takeReferral(
  { db, build, numbers }: { readonly db: Database; readonly build: string; readonly numbers: NumberPlan },
  { actor, commandId, receivedAt, referral }: ReferralIntake,
): Promise<ReferralTaken> {
  const { person, outcome, outcomeAt, source = 'police', via } = referral;
  const { forceId } = actor;
  const route = await routeOfResidence(db, forceId, outcomeAt, person.postcode);
  const policy = await policyOfRoute(db, forceId, route, outcomeAt);
  if (policy === null) throw new Problem('no-policy');
  const area = await areaOfResidence(db, forceId, person.postcode);

  const pathwayId = randomUUID();
  const personId = randomUUID();
  const { birthDate, language, safeToText } = person;
  const { offenceCode, offenceDate, drugCode, conditions, prison, courtOrder } = referral;
  const data: ReferralData = {
    ...{ pathwayId, personId, receivedAt: outcomeAt, source: { source, via } },
    disposal: via === 'records-export' ? 'adult-community-resolution' : (disposalOfWay[via] ?? null),
    ...{ offenceCode, offenceDate, birthDate, language, safeToText },
    ...(drugCode === undefined ? {} : { drugCode }),
    ...(conditions === undefined ? {} : { conditions }),
    ...(prison === undefined ? {} : { prison }),
    ...(courtOrder === undefined ? {} : { courtOrder }),
    ...(area === null ? {} : { area }),
    knownChannels: channelsOf(person),
    route:
      route === null
        ? null
        : { providerId: route.providerId, programme: route.programme, routeId: route.routeId },
    policy,
  };
  const command: Command = {
    commandId,
    name: 'receive-referral',
    data,
    occurredAt: outcomeAt,
    receivedAt,
    actor,
  };
  const { entry, refusal } = decideOpening('diversion', command, toInstant(Date.now()));
  if (refusal !== undefined) return { refusal };
  const opened = await openPathway(db, {
    ...{
      forceId,
      pathwayId,
      kind: 'diversion',
      source: sourceOf(source, via),
      programme: policy.programme,
      policyId: policy.policyId,
    },
    ...{ receivedAt: outcomeAt, person: { ...person, personId }, entry, build },
    ...(outcome === null ? {} : { outcome }),
    mobileIsTextable: person.mobile !== null && textableNumber(person.mobile, numbers) !== undefined,
  });
  return { opened };
}

/** One word for the lists: of the police the way it came, of others who they are. */
function sourceOf(source: ReferralSource['source'], via: ReferralSource['via']): string {
  return source !== 'police' || via === 'other' ? source : via;
}

/** The ways of reaching the person that came with their details. A number is a way to text only where that is safe. */
export function channelsOf({ mobile, email, address, safeToText }: PersonDetails): KnownChannel[] {
  return [
    ...(mobile === null ? [] : (['phone'] as const)),
    ...(mobile !== null && safeToText === 'yes' ? (['text'] as const) : []),
    ...(email === null ? [] : (['email'] as const)),
    ...(address === null ? [] : (['post'] as const)),
  ];
}
