import type { Role } from '../common/actor.ts';
import type { DeadlineRow } from '../common/pathway-table.ts';

const provideOrManage: readonly Role[] = ['ProviderWorker', 'ProviderManager', 'Manager'];

/** The clocks of the voluntary path. */
export const deadlines = {
  'first-contact': {
    title: 'First contact',
    starts:
      'receipt, the day the referral went to another provider, or the cancellation of what was booked before anybody had tried',
    due: 'policy firstContact, 2 working days',
    passes: 'the team lead is told that nobody has tried; the referral goes on',
    source: 'policy firstContact (own default)',
    whoCanMove: provideOrManage,
  },
  acceptance: {
    title: 'Acceptance',
    starts: 'the route to a provider',
    due: 'policy acceptance, 2 working days',
    passes:
      'the team lead and the manager are told that the provider has neither taken the referral nor given it back',
    source:
      'policy acceptance (own default); one working protocol with providers (Dyfed-Powys deep dive 2019)',
    whoCanMove: provideOrManage,
  },
  routing: {
    title: 'Route to be found',
    starts: 'receipt without a route, or the day a provider gave the referral back',
    due: 'policy routing, 1 working day',
    passes: 'the manager is told that the person still has no provider',
    source: 'policy routing (own default)',
    whoCanMove: ['Manager'],
  },
  'transfer-answer': {
    title: 'Answer to a transfer',
    starts: 'the offer',
    due: 'policy transferAnswer, 5 working days',
    passes: 'the team lead who offered it and the manager are told; the person stays where they are',
    source: 'policy transferAnswer (own default)',
    whoCanMove: provideOrManage,
  },
  condition: {
    title: 'Condition of the caution',
    starts: 'the caution',
    due: 'the date that the caution sets',
    passes: 'the caseworker is asked what came of it; silence is never a failure',
    source: 'Criminal Justice Act 2003 ss.22 to 24',
    whoCanMove: provideOrManage,
  },
  'contact-effort': {
    title: 'Contact effort',
    starts:
      'the first try of a person; receipt where tries came with a case from elsewhere, on days not known',
    due: 'policy contactEffort.within, 10 working days',
    passes:
      'the referral closes as no contact if a person tried often enough, on different days, by two channels where two are known; else the caseworker is told: too few tries',
    source: 'policy contactEffort (own default)',
    whoCanMove: provideOrManage,
  },
  booking: {
    title: 'Booking',
    starts:
      'reaching the person, meeting them without engagement, opening the referral again or a release from custody, while nothing is booked',
    due: 'policy booking, else as long as contactEffort.within, 10 working days',
    passes: 'the caseworker is asked to book or to close with the reason; the referral goes on',
    source: 'policy booking (own default)',
    whoCanMove: provideOrManage,
  },
  'police-feedback': {
    title: 'Feedback to the police',
    starts: 'receipt of a referral that the police made',
    due: 'policy policeFeedback; where it says nothing there is none',
    passes:
      'the team lead is told that the officer still reads "received": nobody has been in contact, and the referral is not closed',
    source:
      'policy policeFeedback, or what is agreed with the provider; one working protocol with providers (Dyfed-Powys deep dive 2019)',
    whoCanMove: provideOrManage,
  },
  reminder: {
    title: 'Appointment reminder',
    starts: 'the booking',
    due: 'policy messages.reminder, the day before at 09:00 local',
    passes: 'the person gets one text, within the sending hours',
    source: 'policy messages.reminder or messages.reminders (own default)',
    whoCanMove: provideOrManage,
  },
  'reminder-week': {
    title: 'Appointment reminder, a week before',
    starts: 'the booking',
    due: 'policy messages.reminders, 7 days before at 09:00 local; where it says nothing there is none',
    passes: 'the person gets one text, within the sending hours',
    source: 'policy messages.reminders (own default)',
    whoCanMove: provideOrManage,
  },
  'reminder-morning': {
    title: 'Appointment reminder, that morning',
    starts: 'the booking',
    due: 'policy messages.reminders, the same day at 08:00 local; where it says nothing there is none',
    passes: 'the person gets one text, within the sending hours',
    source: 'policy messages.reminders (own default)',
    whoCanMove: provideOrManage,
  },
  feedback: {
    title: 'Feedback',
    starts: 'the end of the appointment',
    due: 'policy feedback.ask, 1 working day',
    passes:
      'the caseworker is asked what happened, or the manager where the case is with another provider since; silence is never a miss',
    source: 'policy feedback.ask (own default)',
    whoCanMove: provideOrManage,
  },
  'feedback-escalation': {
    title: 'Feedback, second time',
    starts: 'the end of the appointment',
    due: 'policy feedback.escalate, 2 working days',
    passes: 'the team lead is told, or the manager as before; silence is never a miss',
    source: 'policy feedback.escalate (own default)',
    whoCanMove: provideOrManage,
  },
  'closure-warning': {
    title: 'Warning before closure',
    starts: 'receipt, or the return to a closed referral whose limit has passed',
    due: 'policy closureWarning, 10 weeks; as long before a later limit as before the first',
    passes: 'the caseworker and the team lead are told that the closure is near',
    source: 'policy closureWarning (own default)',
    whoCanMove: provideOrManage,
  },
  closure: {
    title: 'Closure',
    starts: 'receipt',
    due: 'policy closure, 3 calendar months, at the end of that local day',
    passes:
      'the referral closes, as engaged or as not engaged in time, or is concluded where the person is in treatment, which goes on; an appointment soon after the limit puts it off once, and one of which nothing is recorded holds it until the team lead has been told and had time to ask',
    source: 'policy closure; Dyfed-Powys Police 2023/24: open means received in the last three months',
    whoCanMove: provideOrManage,
  },
  'closure-after-return': {
    title: 'Closure after the return',
    starts:
      'the return to a closed referral whose limit has passed, or the correction of a death during which it passed',
    due: 'policy closureAfterReturn, 3 calendar months, at the end of that local day',
    passes:
      'the referral closes again, or is concluded where the person is in treatment; an appointment of which nothing is recorded holds it as it holds the first closure',
    source: 'policy closureAfterReturn (own default)',
    whoCanMove: provideOrManage,
  },
  'late-engagement': {
    title: 'Late engagement',
    starts: 'the closure',
    due: 'policy lateEngagement, 28 days',
    passes: 'the referral is closed for good; who comes back gets a new one',
    source: 'policy lateEngagement (own default)',
    whoCanMove: provideOrManage,
  },
} as const satisfies Record<string, DeadlineRow>;

export type DeadlineRule = keyof typeof deadlines;
