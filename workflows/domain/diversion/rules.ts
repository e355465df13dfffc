import type { Duration } from '../common/duration.ts';
import { commonFaults, commonRules, faultOfLength, inWords, lengthMs, ownDefault } from '../common/rule.ts';
import type { Limits, PolicyFault, Rule } from '../common/rule.ts';
import { ownDefaults } from './policy.ts';
import type { DiversionPolicy, FeedbackPolicy, ServiceLevel } from './policy.ts';

/** The policy of the voluntary path in print, and what it may not say. */

interface Length {
  readonly field: string;
  readonly title: string;
  readonly of: (policy: DiversionPolicy) => Duration;
  readonly limits: Limits;
  readonly source: string;
}

const hour: Duration = { unit: 'hours', count: 1 };
const days = (count: number): Duration => ({ unit: 'days', count });
const upTo = (count: number): Limits => ({ least: hour, most: days(count) });
const months = (count: number): Duration => ({ unit: 'months', count });
const protocol = 'own default; one working protocol with providers (Dyfed-Powys deep dive 2019)';

const lengths: readonly Length[] = [
  {
    field: 'firstContact',
    title: 'First contact, from receipt or the route to another provider',
    of: (policy) => policy.firstContact,
    limits: upTo(30),
    source: ownDefault,
  },
  {
    field: 'acceptance',
    title: 'The provider’s word, from the route to it',
    of: (policy) => policy.acceptance ?? policy.firstContact,
    limits: upTo(30),
    source: protocol,
  },
  {
    field: 'routing',
    title: 'A provider for who has none, from receipt or the provider’s no',
    of: (policy) => policy.routing ?? ownDefaults.routing,
    limits: upTo(30),
    source: ownDefault,
  },
  {
    field: 'transferAnswer',
    title: 'Answer to a transfer, from the offer',
    of: (policy) => policy.transferAnswer ?? ownDefaults.transferAnswer,
    limits: upTo(60),
    source: ownDefault,
  },
  {
    field: 'contactEffort.within',
    title: 'Contact effort, from the first try',
    of: (policy) => policy.contactEffort.within,
    limits: { least: days(1), most: days(180) },
    source: ownDefault,
  },
  {
    field: 'booking',
    title: 'A booking, from reaching the person',
    of: (policy) => policy.booking ?? policy.contactEffort.within,
    limits: upTo(180),
    source: ownDefault,
  },
  {
    field: 'feedback.ask',
    title: 'Feedback asked for, from the end of the appointment',
    of: (policy) => policy.feedback.ask,
    limits: upTo(30),
    source: ownDefault,
  },
  {
    field: 'feedback.escalate',
    title: 'Feedback missing: the team lead is told, from the end of the appointment',
    of: (policy) => policy.feedback.escalate,
    limits: upTo(60),
    source: ownDefault,
  },
  {
    field: 'undo',
    title: 'How long a contact attempt may be undone',
    of: (policy) => policy.undo ?? ownDefaults.undo,
    limits: { least: { unit: 'minutes', count: 1 }, most: days(7) },
    source: ownDefault,
  },
  {
    field: 'closureWarning',
    title: 'Warning before the closure, from receipt',
    of: (policy) => policy.closureWarning,
    limits: { least: days(1), most: months(24) },
    source: ownDefault,
  },
  {
    field: 'closure',
    title: 'Closure, from receipt',
    of: (policy) => policy.closure,
    limits: { least: days(7), most: months(24) },
    source:
      'Dyfed-Powys Police 2023/24: open means received in the last three months; contracts elsewhere ran four months',
  },
  {
    field: 'closureDeferral.window',
    title: 'An appointment puts the closure off once, where it starts so soon after the limit',
    of: (policy) => policy.closureDeferral.window,
    limits: { least: { unit: 'days', count: 0 }, most: days(90) },
    source: ownDefault,
  },
  {
    field: 'closureDeferral.until',
    title: 'And then until, from the end of that appointment',
    of: (policy) => policy.closureDeferral.until,
    limits: { least: { unit: 'days', count: 0 }, most: days(60) },
    source: ownDefault,
  },
  {
    field: 'closureExtension',
    title: 'How far past the limit a person may put the closure off, once',
    of: (policy) => policy.closureExtension ?? ownDefaults.closureExtension,
    limits: { least: { unit: 'days', count: 0 }, most: months(12) },
    source: ownDefault,
  },
  {
    field: 'lateEngagement',
    title: 'Who comes back after the closure keeps the referral, from the closure',
    of: (policy) => policy.lateEngagement,
    limits: { least: { unit: 'days', count: 0 }, most: months(12) },
    source: ownDefault,
  },
  {
    field: 'closureAfterReturn',
    title: 'Closure after a return',
    of: (policy) => policy.closureAfterReturn,
    limits: { least: days(7), most: months(24) },
    source: ownDefault,
  },
];

/** Printed where it is agreed. */
const policeFeedback = {
  field: 'policeFeedback',
  title: 'Feedback to the police, from receipt of a referral of theirs',
  source: protocol,
};

/** Every rule of the policy, in words, in the order of a referral's life. */
export function rulesOfDiversion(policy: DiversionPolicy): Rule[] {
  const { attempts, days: onDays, channels } = policy.contactEffort;
  return [
    ...lengths.map(({ field, title, of, source }) => ({ field, title, value: inWords(of(policy)), source })),
    {
      field: 'contactEffort',
      title: 'What must have been tried before a referral closes as no contact',
      value: `${String(attempts)} tries by a person, on ${String(onDays)} days, by ${String(channels)} channels where so many are known`,
      source: ownDefault,
    },
    {
      field: 'alcoholFirst',
      title: 'Alcohol as the main problem',
      value: (policy.alcoholFirst ?? ownDefaults.alcoholFirst) ? 'taken' : 'not taken',
      source: 'Gwent DIP annual report 2014/15: alcohol may be listed but not first',
    },
    ...(policy.policeFeedback === undefined
      ? []
      : [{ ...policeFeedback, value: inWords(policy.policeFeedback) }]),
    ...Object.entries(policy.serviceLevels ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([providerId, level]) => levelRules(providerId, level)),
    ...commonRules(policy),
  ];
}

function levelRules(
  providerId: string,
  { acceptance, firstContact, feedback, policeFeedback: police }: ServiceLevel,
): Rule[] {
  const promised: readonly (readonly [string, string, Duration | undefined])[] = [
    ['acceptance', 'its word', acceptance],
    ['firstContact', 'first contact', firstContact],
    ['feedback.ask', 'feedback', feedback?.ask],
    ['feedback.escalate', 'feedback, second time', feedback?.escalate],
    ['policeFeedback', 'feedback to the police', police],
  ];
  return promised.flatMap(([field, title, duration]) =>
    duration === undefined
      ? []
      : [
          {
            field: `serviceLevels.${providerId}.${field}`,
            title: `Agreed with ${providerId}: ${title}`,
            value: inWords(duration),
            source: 'agreed with the provider',
          },
        ],
  );
}

/** What the policy may not say; empty: nothing is wrong. */
export function faultsOfDiversion(policy: DiversionPolicy): PolicyFault[] {
  const faults = [
    ...commonFaults(policy),
    ...lengths.flatMap(({ field, of, limits }) => faultOfLength(field, of(policy), limits, policy) ?? []),
    ...countFaults(policy),
    ...(policy.policeFeedback === undefined
      ? []
      : [faultOfLength('policeFeedback', policy.policeFeedback, upTo(90), policy) ?? []].flat()),
    ...feedbackFaults('feedback', policy.feedback),
    ...Object.entries(policy.serviceLevels ?? {}).flatMap(([providerId, level]) =>
      levelFaults(`serviceLevels.${providerId}`, level, policy),
    ),
  ];
  // Lengths that are none cannot be compared.
  if (faults.length > 0) return faults;
  return lengthMs(policy.closureWarning) < lengthMs(policy.closure)
    ? []
    : [{ field: 'closureWarning', message: 'The warning comes before the closure' }];
}

function countFaults({ contactEffort, demo }: DiversionPolicy): PolicyFault[] {
  const { attempts, days: onDays, channels } = contactEffort;
  const whole = (count: number, most: number): boolean =>
    Number.isSafeInteger(count) && count >= 1 && count <= most;
  return [
    ...(whole(attempts, 50) ? [] : [{ field: 'contactEffort.attempts', message: 'From 1 to 50 tries' }]),
    ...(whole(onDays, demo ? 50 : attempts)
      ? []
      : [
          {
            field: 'contactEffort.days',
            message: 'On 1 day at least, and on no more days than there are tries',
          },
        ]),
    ...(whole(channels, 3) ? [] : [{ field: 'contactEffort.channels', message: 'From 1 to 3 channels' }]),
  ];
}

function levelFaults(field: string, level: ServiceLevel, policy: DiversionPolicy): PolicyFault[] {
  const { acceptance, firstContact, feedback, policeFeedback: police } = level;
  const fault = (name: string, duration: Duration | undefined, most: number): PolicyFault[] => {
    const found = duration && faultOfLength(`${field}.${name}`, duration, upTo(most), policy);
    return found === undefined ? [] : [found];
  };
  const own = [
    ...fault('acceptance', acceptance, 30),
    ...fault('firstContact', firstContact, 30),
    ...fault('feedback.ask', feedback?.ask, 30),
    ...fault('feedback.escalate', feedback?.escalate, 60),
    ...fault('policeFeedback', police, 90),
  ];
  return own.length > 0 || feedback === undefined ? own : feedbackFaults(`${field}.feedback`, feedback);
}

function feedbackFaults(field: string, { ask, escalate }: FeedbackPolicy): PolicyFault[] {
  try {
    return lengthMs(ask) < lengthMs(escalate)
      ? []
      : [{ field: `${field}.escalate`, message: 'The caseworker is asked before the team lead is told' }];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Said of the length itself.
    return [];
  }
}
