import type { Duration } from '../common/duration.ts';
import { commonFaults, commonRules, faultOfLength, inWords, ownDefault } from '../common/rule.ts';
import type { Limits, PolicyFault, Rule } from '../common/rule.ts';
import { markers } from './commands.ts';
import type { CompulsoryPolicy } from './policy.ts';

/** The policy of the compulsory path in print, and what it may not say. */

interface Length {
  readonly field: string;
  readonly title: string;
  /** null: there is no target. */
  readonly duration: Duration | null;
  readonly limits: Limits;
  readonly source: string;
}

const gwent =
  'Gwent DIP annual report 2014/15: RED arrested in 24 hours, AMBER and GREEN put out in 7 days, 1 month';

const upTo = (count: number): Limits => ({
  least: { unit: 'minutes', count: 15 },
  most: { unit: 'days', count },
});

function lengthsOf(policy: CompulsoryPolicy): Length[] {
  const { requirementDecision, feedback, goodCauseReview } = policy;
  const own = { source: ownDefault, limits: upTo(60) };
  return [
    {
      ...{ field: 'requirementDecision', title: 'A requirement imposed or not, from the test' },
      ...{ duration: requirementDecision, ...own },
    },
    {
      ...{ field: 'feedback.ask', title: 'Attendance asked for, from the end of the appointment' },
      ...{ duration: feedback.ask, ...own },
    },
    {
      ...{ field: 'feedback.escalate', title: 'Attendance missing: the manager is told, from the end' },
      ...{ duration: feedback.escalate, ...own },
    },
    {
      ...{ field: 'goodCauseReview', title: 'Review of good cause, from the report of the failure' },
      ...{ duration: goodCauseReview, ...own },
    },
    ...markers.flatMap((marker): Length[] => {
      const { putOut, arrest } = policy.markers[marker];
      const target = { limits: upTo(366), source: gwent };
      return [
        {
          field: `markers.${marker}.putOut`,
          title: `${marker}: put out for arrest, from the failure`,
          duration: putOut,
          ...target,
        },
        {
          field: `markers.${marker}.arrest`,
          title: `${marker}: arrested, from the failure`,
          duration: arrest,
          ...target,
        },
        {
          ...{
            field: `acknowledgement.${marker}`,
            title: `${marker}: the task acknowledged, from its issue`,
          },
          ...{ duration: policy.acknowledgement[marker], ...own },
        },
      ];
    }),
  ];
}

/** Every rule of the policy, in words. */
export function rulesOfCompulsory(policy: CompulsoryPolicy): Rule[] {
  return [
    ...lengthsOf(policy).map(({ field, title, duration, source }) => ({
      ...{ field, title, source },
      value: duration === null ? 'no target' : inWords(duration),
    })),
    ...commonRules(policy),
  ];
}

/** What the policy may not say; empty: nothing is wrong. */
export function faultsOfCompulsory(policy: CompulsoryPolicy): PolicyFault[] {
  const without = markers.filter(
    (marker) => policy.markers[marker].putOut === null && policy.markers[marker].arrest === null,
  );
  return [
    ...commonFaults(policy),
    ...lengthsOf(policy).flatMap(({ field, duration, limits }) =>
      duration === null ? [] : (faultOfLength(field, duration, limits, policy) ?? []),
    ),
    ...without.map((marker) => ({
      field: `markers.${marker}`,
      message: 'A colour has a target for being put out, for the arrest, or both',
    })),
  ];
}
