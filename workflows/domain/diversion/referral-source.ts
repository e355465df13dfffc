import type { Role } from '../common/actor.ts';

/**
 * Who referred the person, and how the offence was dealt with where there was one. Half of the people whom the Gwent
 * programme saw in 2014/15 came from prison, a fifth from the police: a referral needs no police record.
 */

export const referralSources = [
  'police',
  'probation',
  'prison',
  'court',
  'self',
  'health',
  'housing',
  'social-care',
  'family',
  'other',
] as const;

export type ReferralSourceName = (typeof referralSources)[number];

/** By what way it came. `self-help` by an officer is a referral of the police without any disposal. */
export const referralWays = [
  'acr',
  'records-export',
  'conditional-caution',
  'outcome-22',
  'cell-sweep',
  'outreach',
  'self-help',
  'form',
  'caseload-import',
  'required-assessment',
  'other',
] as const;

export type ReferralWay = (typeof referralWays)[number];

export interface ReferralSource {
  readonly source: ReferralSourceName;
  readonly via: ReferralWay;
}

/** Outcome 8, conditional caution (outcomes 2 and 3 for adults), outcome 22: what can lead to a diversion. */
export const disposals = ['adult-community-resolution', 'conditional-caution', 'outcome-22'] as const;

export type Disposal = (typeof disposals)[number];

/** Ways that say how the offence was dealt with, or that there was no disposal at all; the others leave it open. */
export const disposalOfWay: Readonly<Partial<Record<ReferralWay, Disposal | null>>> = {
  acr: 'adult-community-resolution',
  'conditional-caution': 'conditional-caution',
  'outcome-22': 'outcome-22',
  'self-help': null,
};

const itsForm: readonly ReferralWay[] = ['form', 'outreach', 'other'];

/** By which ways a referral of each source is sent by itself; the others come with a file. */
export const waysOfSource: Readonly<Record<ReferralSourceName, readonly ReferralWay[]>> = {
  police: [
    ...(['acr', 'conditional-caution', 'outcome-22', 'cell-sweep', 'outreach'] as const),
    ...(['required-assessment', 'self-help', 'other'] as const),
  ],
  probation: itsForm,
  prison: itsForm,
  court: itsForm,
  self: itsForm,
  health: itsForm,
  housing: itsForm,
  'social-care': itsForm,
  family: itsForm,
  other: itsForm,
};

/**
 * Whether somebody in this role may send it. Each speaks for their own house: officers for the police, the prison link
 * worker for the prison, the records system for what it records; a provider takes down who comes or is sent to it, and a
 * manager may send any.
 */
export function mayRefer(role: Role, { source, via }: ReferralSource): boolean {
  switch (role) {
    case 'Manager':
      return true;
    case 'PoliceOfficer':
      return source === 'police';
    case 'RecordsSystem':
      return source === 'police' && via === 'acr';
    case 'PrisonLinkWorker':
      return source === 'prison';
    case 'ProviderWorker':
    case 'ProviderManager':
      return source !== 'police' && source !== 'prison';
    default:
      return false;
  }
}
