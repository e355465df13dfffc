import type { Role } from '../common/actor.ts';
import type { CommandRow, PathwayTable, StageRow } from '../common/pathway-table.ts';
import { attention } from './attention-rows.ts';
import { deadlines } from './deadline-rows.ts';

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
  'assessed',
  'care-plan-agreed',
  'in-treatment',
] as const;

/** Where a provider works with the person: also when the referral is concluded and the treatment goes on. */
const workingStages = [...openStages, 'concluded'] as const;

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
  assessed: {
    title: 'Assessed',
    meaning: 'The full assessment is done; no care plan is agreed.',
    closed: false,
  },
  'care-plan-agreed': {
    title: 'Care plan agreed',
    meaning: 'On the caseload; no treatment runs.',
    closed: false,
  },
  'in-treatment': { title: 'In treatment', meaning: 'At least one strand of treatment runs.', closed: false },
  concluded: {
    title: 'Concluded, in treatment',
    meaning: 'The time of the referral is over and it counts as closed; the treatment goes on.',
    closed: true,
  },
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
  void: {
    title: 'Void',
    meaning: 'Should never have been. Kept for the record, and left out of every count.',
    closed: true,
  },
} as const satisfies Record<string, StageRow>;

export type DiversionStage = keyof typeof stages;

const commands = {
  'receive-referral': {
    title: 'Receive a referral',
    stages: [],
    roles: ['PoliceOfficer', 'RecordsSystem', 'Manager', 'PrisonLinkWorker', ...provider],
    effect:
      'Opens the pathway, for a person aged 18 or over on the day of the offence (on the day of receipt where no offence brought them); receipt is the moment of the outcome.',
    source:
      'Dyfed-Powys Police, drug out-of-court disposals 2023/24: each Adult Community Resolution is a referral; adults only',
  },
  'accept-referral': {
    title: 'Accept the referral',
    stages: openStages,
    roles: provider,
    effect: 'The provider takes the person; the clock of its word stops.',
    source: 'Received by the provider and accepted are two dates; a referral without the second must be seen',
  },
  'decline-referral': {
    title: 'Decline the referral',
    stages: ['awaiting-contact', 'contacted', 'appointment-booked'],
    roles: provider,
    effect:
      'Gives the referral back with a reason, before the person has engaged. It keeps its receipt, and a manager finds another provider or closes it.',
    source: 'Wales: about one closure in seven is an inappropriate referral',
  },
  reroute: {
    title: 'Route to another provider',
    stages: workingStages,
    roles: ['Manager'],
    effect:
      'Another provider has the referral from now on, with its first date. Where the present one has accepted it, or the person has engaged with them, it is a transfer instead.',
    source: 'Routes have areas and dates; where none fits, or the wrong one did, a person decides',
  },
  'assign-caseworker': {
    title: 'Assign a caseworker',
    stages: [...workingStages, 'closed'],
    roles: provideOrManage,
    effect: 'The case is on the list of that caseworker; assigned to nobody, it is on the list of the team.',
    source: 'Every open case has somebody who carries it, or is on a list that says nobody does',
  },
  'record-contact-attempt': {
    title: 'Record a contact attempt',
    stages: [...workingStages, 'closed', 'finished'],
    roles: provideOrManage,
    effect:
      'Counts as a try when a person made it. Reached, even to decline, ends the contact effort, and a booking is waited for. After the closure it is only noted, but who is reached within the late window after a closure as no contact comes back, and it settles that somebody is to tell of an appointment that the closure cancelled. Once the referral has ended for good it is taken only for that.',
    source: 'Own default: tries, gaps and channels are policy',
  },
  'undo-contact-attempt': {
    title: 'Undo a contact attempt',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'For who recorded it, or a team lead, for a while and as long as nothing but attempts is recorded after it, the newest first: what the attempt did is taken back; both entries stay.',
    source: 'A slip of the finger must not end a contact effort',
  },
  'record-engagement': {
    title: 'Record engagement',
    stages: [...workingStages, 'closed'],
    roles: provideOrManage,
    effect:
      'The person takes part. Within the late window it brings a closed referral back with its first date.',
    source: 'Gwent DIP annual report 2014/15: engaging in treatment is the measure',
  },
  'book-appointment': {
    title: 'Book an appointment',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'Sets its reminder and its feedback clocks. Only one appointment is ahead: one of the same kind is superseded by it, one of another kind only where `replaces` names it.',
    source: 'Gwent DIP annual report 2014/15: initial appointments, key-worker meetings',
  },
  'reschedule-appointment': {
    title: 'Move an appointment',
    stages: workingStages,
    roles: provideOrManage,
    effect: 'A booking in place of another, with who asked and why; both stay in the history.',
    source: 'Users of referral systems ask for the history of moved sessions',
  },
  'cancel-appointment': {
    title: 'Cancel an appointment',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'Stops its reminder and its questions. It is no miss; somebody is asked to book another, and where nobody has tried to reach the person yet, a first contact is waited for again.',
    source: 'Own practice: a cancelled appointment has no attendance',
  },
  'record-attendance': {
    title: 'Record attendance',
    stages: [...workingStages, 'closed'],
    roles: provideOrManage,
    effect:
      'Attended to the end is engagement. Missed leads to another try. What the provider caused is no miss of the person. Of what was with a provider who has let the case go, that provider may still say it.',
    source: 'A non-attendance must be followed up (Gwent DIP annual report 2014/15); no consequence in law',
  },
  'correct-attendance': {
    title: 'Correct an attendance',
    stages: [...workingStages, 'closed'],
    roles: provideOrManage,
    effect:
      'Puts another attendance in place of the one recorded, with the reason; both stay. An engagement that rested on it alone falls away, one that it shows is recorded.',
    source: 'Own practice: mistakes are corrected by a second entry, never by an overwrite',
  },
  'record-assessment': {
    title: 'Record the assessment',
    stages: workingStages,
    roles: provider,
    effect:
      'Up to three substances in order, and what was found right: suitable, other help, none needed, or declined. Whoever was assessed has engaged. What ends without treatment asks for a closure.',
    source:
      'Gwent DIP annual report 2014/15: the full assessment brings a person onto the caseload; Calderdale 2022/23: 43% were suitable',
  },
  'agree-care-plan': {
    title: 'Agree the care plan',
    stages: ['assessed', 'care-plan-agreed', 'in-treatment', 'concluded'],
    roles: provider,
    effect: 'One or more strands of treatment are planned; the person is on the caseload from that date.',
    source: 'Gwent DIP annual report 2014/15: 226 care plans, one for each person newly in service',
  },
  'start-treatment': {
    title: 'Start treatment',
    stages: workingStages,
    roles: provider,
    effect:
      'A planned strand begins. A strand that ran before the referral came is linked without a plan, and no second contact round starts.',
    source: 'Dyfodol 2022/23 counts reconnections; Gwent DIP annual report 2014/15: modalities',
  },
  'record-treatment-session': {
    title: 'Record a treatment session',
    stages: workingStages,
    roles: provider,
    effect: 'What came of one session of a strand. Attended shows that the person takes part.',
    source: 'Evidence of engagement: attended, logged in, prescribed',
  },
  'start-prescription': {
    title: 'Start a prescription',
    stages: ['in-treatment', 'concluded'],
    roles: provider,
    effect: 'A prescription runs under a strand; no dose, no drug. Shows that the person takes part.',
    source: 'Gwent DIP annual report 2014/15: 129 people prescribed',
  },
  'end-prescription': {
    title: 'End a prescription',
    stages: ['in-treatment', 'concluded'],
    roles: provider,
    effect: 'The prescription ends, with the reason; the strand may go on.',
    source: 'Gwent DIP annual report 2014/15: prescribed and not prescribed are counted apart',
  },
  'record-treatment-test': {
    title: 'Record a drug test in treatment',
    stages: workingStages,
    roles: provider,
    effect: 'The result for each substance, for care alone: it never leads to anything else.',
    source: 'Gwent DIP annual report 2014/15: 85 people had a test in treatment',
  },
  'end-modality': {
    title: 'End a strand of treatment',
    stages: workingStages,
    roles: provider,
    effect:
      'The strand ends with its reason; when none runs any more, a closure or a next strand is asked for.',
    source: 'Gwent DIP annual report 2014/15: modalities completed',
  },
  'record-positive-outcome': {
    title: 'Record a positive outcome',
    stages: [...workingStages, 'closed'],
    roles: provider,
    effect: 'One thing that went better, at any time; many in one life, counted apart from closures.',
    source: 'Gwent DIP annual report 2014/15: 1,321 positive outcomes',
  },
  'add-need': {
    title: 'Add a need',
    stages: workingStages,
    roles: provider,
    effect: 'A need beside drugs, with the service that the person was referred on to.',
    source:
      'Gwent DIP annual report 2014/15, case studies: housing, counselling, parenting, food and clothing',
  },
  'close-need': {
    title: 'Close a need',
    stages: [...workingStages, 'closed'],
    roles: provider,
    effect: 'What came of the need.',
    source: 'Open needs must be seen before a closure',
  },
  'record-condition-result': {
    title: 'Record the result of a condition',
    stages: [...workingStages, 'closed', 'finished'],
    roles: provideOrManage,
    effect:
      'Met, not met or excused. Not met tells the officer in the case; the system decides nothing, and nothing follows by itself. A wrong result is put right by naming it; the officer is told of that too.',
    source: 'Criminal Justice Act 2003 s.24: what follows is for the police and the prosecutor',
  },
  'acknowledge-non-compliance': {
    title: 'Say that the notice of a condition was seen',
    stages: 'any',
    roles: ['PoliceOfficer', 'Inspector', 'Manager'],
    effect: 'The officer in the case has the notice, or its withdrawal.',
    source: 'Criminal Justice Act 2003 s.24',
  },
  'extend-closure-date': {
    title: 'Extend the closure date',
    stages: openStages,
    roles: ['ProviderManager', 'Manager'],
    effect:
      'Puts the closure off to a date, once, with the reason; counts show it. A second date, also to put a slip right, would be a second extension: what was put off too far is closed by hand on the day, and what closed too early is opened again within the late window.',
    source: 'policy closureExtension (own default): one dated extension with a reason',
  },
  'close-pathway': {
    title: 'Close the pathway',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'Ends the referral with one reason, stops its clocks, cancels what is ahead. No text tells of that: where the person may still come, somebody is asked to ring.',
    source:
      'Gwent DIP annual report 2014/15: 171 of 303 closures have no reason there; here none may lack one',
  },
  'reopen-pathway': {
    title: 'Reopen the pathway',
    stages: ['closed', 'finished', 'void'],
    roles: provideOrManage,
    effect:
      'Within the late window the same referral goes on with its first date. One closed for good goes on only where a manager says within the same time that it was closed in error. What was voided in error a manager brings back at any time, open or closed as it stood; what was due meanwhile passes late.',
    source: 'policy lateEngagement (own default); the report already sent stays as sent',
  },
  'record-move': {
    title: 'Record a move',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'The person lives elsewhere now. Where another provider serves that place, somebody is asked to offer a transfer; nothing moves by itself.',
    source: 'Routes follow the residence on the day; hand-over needs a taker',
  },
  'transfer-pathway': {
    title: 'Offer a transfer',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'Offers the person to another provider, who sees the bare case; all else waits for their acceptance. Not while the person has taken back their consent to sharing; who takes it back after the offer ends it.',
    source: 'Hand-over accepted by the receiver before the sender lets go; one waiting-time clock',
  },
  'accept-transfer': {
    title: 'Accept a transfer',
    stages: workingStages,
    roles: [...provider, 'Manager'],
    effect:
      'The receiver has the person with the whole case from now on; what the sender had booked ahead is cancelled, its clocks go on. Not while the person has taken back their consent to sharing.',
    source: 'Health data move with the acceptance, not before',
  },
  'decline-transfer': {
    title: 'Decline a transfer',
    stages: workingStages,
    roles: [...provider, 'Manager'],
    effect: 'The person stays with the sender, whose team lead is told why.',
    source: 'The sender stays responsible until the receiver has accepted',
  },
  'take-back-transfer': {
    title: 'Take a transfer back',
    stages: workingStages,
    roles: provideOrManage,
    effect: 'The offer ends; the person stays.',
    source: 'Own practice: an offer nobody answers can be taken back',
  },
  'set-iom-flag': {
    title: 'Set the Integrated Offender Management flag',
    stages: [...workingStages, 'closed'],
    roles: [...provideOrManage, 'PoliceOfficer', 'DipOfficer'],
    effect: 'The person is, or is no longer, designated for Integrated Offender Management from that date.',
    source: 'Gwent DIP annual report 2014/15: share of the caseload designated',
  },
  'send-page-link': {
    title: 'Send the link to the person’s page',
    stages: workingStages,
    roles: provideOrManage,
    effect:
      'One text with a link that shows the person their next appointment, once they have said their year of birth. Refused, with the reason, where no text may go to them, where there is a safety flag, where no appointment is ahead, and while the last link is on its way or left within five minutes; a later link ends the earlier ones.',
    source: 'Own practice: who has lost the text, or asks where to look, needs no call to be told',
  },
  'add-note': {
    title: 'Add a note',
    stages: [...workingStages, 'closed', 'finished'],
    roles: provideOrManage,
    effect: 'A note of the team. Its text is kept apart, encrypted; police roles cannot read it.',
    source: 'Own practice',
  },
  'amend-details': {
    title: 'Amend the details',
    stages: [...workingStages, 'closed'],
    roles: [...provideOrManage, 'PoliceOfficer'],
    effect:
      'Puts details right, with the reason; old and new are in the change log. A changed postcode runs the route again while nobody has accepted, and else asks for a transfer; dates by which the person was under 18 ask a manager.',
    source: 'Users of referral systems ask to amend after submission, with a change log',
  },
  'void-pathway': {
    title: 'Void the pathway',
    stages: [...workingStages, 'closed', 'finished'],
    roles: ['PoliceOfficer', 'Manager'],
    effect: 'It should never have been: everything stops, it stays in the record and leaves every count.',
    source: 'A rescinded outcome, a reclassified crime, the wrong person: mistakes are automated too',
  },
  'reassign-person': {
    title: 'Give the referral to the right person',
    stages: [...workingStages, 'closed', 'finished'],
    roles: ['Manager'],
    effect:
      'The referral is another person’s, with its first date and its history. What was told of the former person holds no more, what is known of the right one is carried here, what is booked ahead is cancelled; while nobody has taken part, the contact effort begins anew.',
    source: 'Somebody gives a brother’s name on the street; the counts and the history must come right',
  },
  'rebase-policy': {
    title: 'Take a later version of the policy',
    stages: openStages,
    roles: ['Manager'],
    effect:
      'The referral is under a later version of its policy. Its running clocks are counted anew from where they started; what is over by that passes at once and says how late. What has passed stays as it was.',
    source: 'A later rule changes no running case by itself; a manager may say that it does',
  },
} as const satisfies Record<string, CommandRow>;

export type { AttentionCode } from './attention-rows.ts';
export type { DeadlineRule } from './deadline-rows.ts';

export const diversionTable = { stages, commands, deadlines, attention } as const satisfies PathwayTable;
