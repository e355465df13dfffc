import type { Role } from '../common/actor.ts';
import type {
  AttentionRow,
  CommandRow,
  DeadlineRow,
  PathwayTable,
  StageRow,
} from '../common/pathway-table.ts';

/**
 * The story of the voluntary path. A police force's Adult Community Resolution refers a person to a
 * treatment provider; the provider tries to reach them, they meet, and within three months the referral
 * is engaged or closed. Nothing that the person does or leaves undone has a consequence in law: a missed
 * appointment leads to another try, and at the very end to a closure.
 *
 * "Own default" as a source: no published document gives the number, each force sets it in its policy.
 */

const provider: readonly Role[] = ['ProviderWorker', 'ProviderManager'];
/** A manager of the programme may do what the provider may: a referral without a route has nobody else. */
const provideOrManage: readonly Role[] = [...provider, 'Manager'];

const openStages = [
  'awaiting-route',
  'awaiting-contact',
  'contacted',
  'appointment-booked',
  'engaged',
] as const;

const stages = {
  'awaiting-route': {
    title: 'Awaiting a route',
    meaning: 'Received; no provider has it, and nobody has reached the person.',
    closed: false,
  },
  'awaiting-contact': {
    title: 'Awaiting contact',
    meaning: 'With a provider; nobody has reached the person yet.',
    closed: false,
  },
  contacted: {
    title: 'Contacted',
    meaning: 'The person was reached; no appointment is booked.',
    closed: false,
  },
  'appointment-booked': {
    title: 'Appointment booked',
    meaning: 'An appointment is booked; the person has not engaged yet.',
    closed: false,
  },
  engaged: { title: 'Engaged', meaning: 'The person takes part.', closed: false },
  closed: {
    title: 'Closed',
    meaning: 'Ended; for a while the person may still come back to this referral.',
    closed: true,
  },
  finished: {
    title: 'Closed for good',
    meaning: 'Ended; who comes back gets a new referral.',
    closed: true,
  },
} as const satisfies Record<string, StageRow>;

export type DiversionStage = keyof typeof stages;

const commands = {
  'receive-referral': {
    title: 'Receive a referral',
    stages: [],
    roles: ['PoliceOfficer', 'RecordsSystem', 'Manager'],
    effect:
      'Opens the pathway, for a person aged 18 or over on the day of the offence; receipt is the moment of the outcome.',
    source:
      'Dyfed-Powys Police, drug out-of-court disposals 2023/24: each Adult Community Resolution is a referral; adults only',
  },
  'record-contact-attempt': {
    title: 'Record a contact attempt',
    stages: [...openStages, 'closed'],
    roles: provideOrManage,
    effect:
      'Counts as a try when a person made it. Reached, even to decline, ends the contact effort, and a booking is waited for. After the closure it is only noted, but who is reached within the late window after a closure as no contact comes back.',
    source: 'Own default: tries, gaps and channels are policy',
  },
  'record-engagement': {
    title: 'Record engagement',
    stages: [...openStages, 'closed'],
    roles: provideOrManage,
    effect:
      'The person takes part. Within the late window it brings a closed referral back with its first date.',
    source: 'Gwent DIP annual report 2014/15: engaging in treatment is the measure',
  },
  'book-appointment': {
    title: 'Book an appointment',
    stages: openStages,
    roles: provideOrManage,
    effect: 'Sets its reminder and its feedback clocks; an appointment still ahead is superseded.',
    source: 'Gwent DIP annual report 2014/15: initial appointments, key-worker meetings',
  },
  'record-attendance': {
    title: 'Record attendance',
    stages: [...openStages, 'closed'],
    roles: provideOrManage,
    effect:
      'Attended to the end is engagement. Missed leads to another try. What the provider caused is no miss of the person.',
    source: 'A non-attendance must be followed up (Gwent DIP annual report 2014/15); no consequence in law',
  },
  'close-pathway': {
    title: 'Close the pathway',
    stages: openStages,
    roles: provideOrManage,
    effect: 'Ends the referral with one reason, stops its clocks, cancels what is ahead.',
    source:
      'Gwent DIP annual report 2014/15: 171 of 303 closures have no reason there; here none may lack one',
  },
} as const satisfies Record<string, CommandRow>;

const deadlines = {
  'first-contact': {
    title: 'First contact',
    starts: 'receipt',
    due: 'policy firstContact, 2 working days',
    passes: 'the team lead is told that nobody has tried; the referral goes on',
    source: 'policy firstContact (own default)',
    whoCanMove: provideOrManage,
  },
  'contact-effort': {
    title: 'Contact effort',
    starts: 'the first try of a person',
    due: 'policy contactEffort.within, 10 working days',
    passes:
      'the referral closes as no contact if a person tried often enough, on different days, by two channels where two are known; else the caseworker is told: too few tries',
    source: 'policy contactEffort (own default)',
    whoCanMove: provideOrManage,
  },
  booking: {
    title: 'Booking',
    starts: 'reaching the person, or meeting them without engagement, while nothing is booked',
    due: 'policy booking, else as long as contactEffort.within, 10 working days',
    passes: 'the caseworker is asked to book or to close with the reason; the referral goes on',
    source: 'policy booking (own default)',
    whoCanMove: provideOrManage,
  },
  reminder: {
    title: 'Appointment reminder',
    starts: 'the booking',
    due: 'policy messages.reminder, the day before at 09:00 local',
    passes: 'the person gets one text, within the sending hours',
    source: 'policy messages.reminder (own default)',
    whoCanMove: provideOrManage,
  },
  feedback: {
    title: 'Feedback',
    starts: 'the end of the appointment',
    due: 'policy feedback.ask, 1 working day',
    passes: 'the caseworker is asked what happened; silence is never a miss',
    source: 'policy feedback.ask (own default)',
    whoCanMove: provideOrManage,
  },
  'feedback-escalation': {
    title: 'Feedback, second time',
    starts: 'the end of the appointment',
    due: 'policy feedback.escalate, 2 working days',
    passes: 'the team lead is told; silence is never a miss',
    source: 'policy feedback.escalate (own default)',
    whoCanMove: provideOrManage,
  },
  'closure-warning': {
    title: 'Warning before closure',
    starts: 'receipt',
    due: 'policy closureWarning, 10 weeks',
    passes: 'the caseworker and the team lead are told that the closure is near',
    source: 'policy closureWarning (own default)',
    whoCanMove: provideOrManage,
  },
  closure: {
    title: 'Closure',
    starts: 'receipt',
    due: 'policy closure, 3 calendar months, at the end of that local day',
    passes:
      'the referral closes, as engaged or as not engaged in time; an appointment soon after the limit puts it off once, and one of which nothing is recorded holds it until the team lead has been told and had time to ask',
    source: 'policy closure; Dyfed-Powys Police 2023/24: open means received in the last three months',
    whoCanMove: provideOrManage,
  },
  'closure-after-return': {
    title: 'Closure after the return',
    starts: 'the return to a closed referral whose limit has passed',
    due: 'policy closureAfterReturn, 3 calendar months, at the end of that local day',
    passes:
      'the referral closes again; an appointment of which nothing is recorded holds it as it holds the first closure',
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

const attention = {
  'no-route': {
    title: 'No route',
    cause: 'No provider serves this person by the route table.',
    family: 'practice',
    owner: 'Manager',
    remedy: 'Reach the person yourself, or close the referral with a reason.',
    source: 'Routes have an area and dates; what none of them takes must be seen by a person',
  },
  'no-first-contact': {
    title: 'Nobody has tried',
    cause: 'Nobody has tried to reach the person in time.',
    family: 'practice',
    owner: 'ProviderManager',
    remedy: 'Have somebody try now, and record the try.',
    source: 'policy firstContact (own default)',
  },
  'too-few-tries': {
    title: 'Too few tries',
    cause: 'The time for trying is over, and there were too few tries to close as no contact.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Try on another day or by another channel, then book or close.',
    source: 'policy contactEffort (own default)',
  },
  'nothing-booked': {
    title: 'Reached, nothing booked',
    cause: 'The person was reached, and nothing has been booked since.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Book an appointment, record the engagement, or close with the reason (declined, for one).',
    source: 'policy booking (own default)',
  },
  'wrong-number': {
    title: 'Wrong number',
    cause: 'The number belongs to somebody else; no text is sent to it until the person was reached on it.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Find the right number, correct it, and reach the person by phone or text.',
    source: 'A text to a stranger tells them that the person is here',
  },
  'texts-stopped': {
    title: 'Texts stopped',
    cause: 'The person wants no texts.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Reach the person in another way.',
    source:
      'Stop always works, and at once (Privacy and Electronic Communications Regulations 2003, reg. 22)',
  },
  'appointment-to-rebook': {
    title: 'Appointment to rebook',
    cause: 'The appointment did not take place as planned.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Try the person again and book another appointment.',
    source: 'A miss on the voluntary path leads to another try, nothing else',
  },
  'feedback-missing': {
    title: 'Feedback missing',
    cause: 'Nobody has recorded what happened at the appointment.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Record the attendance.',
    source: 'policy feedback.ask (own default)',
  },
  'feedback-overdue': {
    title: 'Feedback overdue',
    cause: 'Nobody has recorded what happened at the appointment, and the caseworker was asked.',
    family: 'practice',
    owner: 'ProviderManager',
    remedy: 'Have the attendance recorded.',
    source: 'policy feedback.escalate (own default)',
  },
  'closure-near': {
    title: 'Closure near',
    cause: 'The referral closes soon.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Close it with the right reason, or book the person in.',
    source: 'policy closureWarning (own default)',
  },
  'closure-near-lead': {
    title: 'Closure near, team lead',
    cause: 'A referral of the team closes soon.',
    family: 'practice',
    owner: 'ProviderManager',
    remedy: 'See that somebody closes it with the right reason, or books the person in.',
    source: 'policy closureWarning (own default)',
  },
  'message-not-sent': {
    title: 'Message not sent',
    cause: 'A text was not sent, or nobody can tell whether it was.',
    family: 'practice',
    owner: 'ProviderWorker',
    remedy: 'Tell the person in another way; the text is not sent again.',
    source: 'An unclear answer of the gateway is never followed by a second text',
  },
  'internal-error': {
    title: 'Internal error',
    cause: 'A command could not be decided because a rule failed.',
    family: 'engine',
    owner: 'Operator',
    remedy: 'Read the log of the worker, mend the rule, then send the command again.',
    source: 'A rule that fails must stop no clock',
  },
} as const satisfies Record<string, AttentionRow>;

export type AttentionCode = keyof typeof attention;

export const diversionTable = { stages, commands, deadlines, attention } as const satisfies PathwayTable;
