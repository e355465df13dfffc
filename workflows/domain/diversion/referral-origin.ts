import type { Refusal } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { localParts } from '../common/london-time.ts';
import type { LocalDate } from '../common/london-time.ts';
import type { ReferralSourceName } from './referral-source.ts';

/** What the sender of a referral knows besides, by codes and days: from which prison, under which order of a court. */
export interface ReferralOrigin {
  /** Only of a referral from prison. */
  readonly prison?: HeldInPrison;
  /** Only of one from a court or from probation. */
  readonly courtOrder?: CourtOrder;
}

export interface HeldInPrison {
  readonly prisonCode: string;
  /** As it is set today; it may move. null: nobody knows, and `releaseUnknown` says why. */
  readonly expectedRelease: LocalDate | null;
  /** Only where no day is known. */
  readonly releaseUnknown?: ReleaseUnknown;
}

/** Why a prison cannot say when somebody will be released: never a day that was made up. */
export const releaseUnknowns = [
  'not-sentenced',
  'not-set',
  'parole',
  'recall',
  'immigration',
  'other',
] as const;

export type ReleaseUnknown = (typeof releaseUnknowns)[number];

/** Requirements of a community or suspended sentence order that are about treatment (Sentencing Act 2020, Schedule 9). */
export const treatmentRequirements = [
  'drug-rehabilitation',
  'alcohol-treatment',
  'mental-health-treatment',
] as const;

export type TreatmentRequirement = (typeof treatmentRequirements)[number];

/** Context only: who is under an order is treated under probation's lead, and no duty of it is kept here. */
export interface CourtOrder {
  readonly requirement: TreatmentRequirement;
  readonly madeOn: LocalDate;
}

/** Which source may say what. */
export const sourcesOfOrigin = {
  prison: ['prison'],
  courtOrder: ['court', 'probation'],
} as const satisfies Record<keyof ReferralOrigin, readonly ReferralSourceName[]>;

export function mayHaveOrigin(part: keyof ReferralOrigin, source: ReferralSourceName): boolean {
  return (sourcesOfOrigin[part] as readonly ReferralSourceName[]).includes(source);
}

/** Undefined: it fits the source, and its days fit the receipt. */
export function refuseOrigin(
  { prison, courtOrder }: ReferralOrigin,
  source: ReferralSourceName,
  receivedAt: Instant,
): { readonly refusal: Refusal } | undefined {
  const day = localParts(receivedAt).date;
  if (prison !== undefined) {
    const { expectedRelease, releaseUnknown } = prison;
    if (!mayHaveOrigin('prison', source)) {
      return refuse('condition-not-met', 'Only a referral from prison names a prison.', { source });
    }
    if ((expectedRelease === null) !== (releaseUnknown !== undefined)) {
      return refuse('condition-not-met', 'Say when the person is to be released, or why nobody knows.');
    }
    if (expectedRelease !== null && expectedRelease < day) {
      return refuse('condition-not-met', 'The expected release lies before the referral.', {
        expectedRelease,
        receivedAt,
      });
    }
  }
  if (courtOrder === undefined) {
    return undefined;
  }
  if (!mayHaveOrigin('courtOrder', source)) {
    return refuse('condition-not-met', 'Only a court or probation refers under an order.', { source });
  }
  const { madeOn } = courtOrder;
  return madeOn > day
    ? refuse('condition-not-met', 'The order is dated after the referral.', { madeOn, receivedAt })
    : undefined;
}

/** Field by field, as the ledger keeps it; left out where there is none. */
export function keptOrigin({ prison, courtOrder }: ReferralOrigin): ReferralOrigin {
  return {
    ...(prison === undefined
      ? {}
      : {
          prison: {
            prisonCode: prison.prisonCode,
            expectedRelease: prison.expectedRelease,
            ...(prison.releaseUnknown === undefined ? {} : { releaseUnknown: prison.releaseUnknown }),
          },
        }),
    ...(courtOrder === undefined
      ? {}
      : { courtOrder: { requirement: courtOrder.requirement, madeOn: courtOrder.madeOn } }),
  };
}
