import type { CommandRow, DeadlineRow, PathwayTable, StageRow } from '../common/pathway-table.ts';
import { attention } from './attention-rows.ts';

/*
 * The story of the compulsory pathway. A positive test in custody lets an officer require the person to
 * attend an assessment; who does not attend or remain, without good cause, commits an offence; a person
 * decides that, marks how urgent it is, and asks a neighbourhood unit to make the arrest.
 */

const stages = {
  'awaiting-requirement': {
    title: 'Tested positive',
    meaning: 'A specified Class A drug was found. An officer may require the assessments until release.',
    closed: false,
  },
  'initial-assessment': {
    title: 'Initial assessment required',
    meaning: 'The person must attend the initial assessment and remain for its duration.',
    closed: false,
  },
  'follow-up-assessment': {
    title: 'Follow-up assessment required',
    meaning:
      'The initial assessment is done. The person must attend the follow-up and remain for its duration.',
    closed: false,
  },
  'good-cause-review': {
    title: 'Failure under review',
    meaning: 'An assessment was missed or left. The DIP officer decides whether there was good cause.',
    closed: false,
  },
  breach: {
    title: 'Breach',
    meaning: 'A breach is in force and nobody has been arrested for it.',
    closed: false,
  },
  arrested: {
    title: 'Arrested for the breach',
    meaning: 'The arrest is recorded. Its result is awaited.',
    closed: false,
  },
  'not-required': {
    title: 'Assessments not required',
    meaning: 'The officer chose not to require the assessments. The person owes nothing.',
    closed: true,
  },
  discharged: { title: 'Duty discharged', meaning: 'The person did what was required.', closed: true },
  concluded: { title: 'Breach concluded', meaning: 'Each breach has a result.', closed: true },
  died: { title: 'Died', meaning: 'The person has died. Nothing is pursued.', closed: true },
} as const satisfies Record<string, StageRow>;

export type Stage = keyof typeof stages;

const underDuty = ['initial-assessment', 'follow-up-assessment', 'good-cause-review', 'breach', 'arrested'];

/** What an arrest on a withdrawn task may be heard at: the breach may be long over. */
const sinceRequired = [...underDuty, 'discharged', 'concluded', 'died'];

const commands = {
  'record-test': {
    title: 'Record a positive drug test',
    stages: [],
    roles: ['CustodyOfficer', 'DToACoordinator'],
    effect: 'Opens the pathway. A negative or a voluntary test is counted and opens none.',
    source: 'PACE 1984 s.63B; Drugs Act 2005 s.9(2)',
  },
  'impose-requirement': {
    title: 'Impose the required assessments',
    stages: ['awaiting-requirement'],
    roles: ['CustodyOfficer', 'PoliceOfficer'],
    effect:
      'The person must attend the initial and the follow-up assessment. The served notice RA1 is recorded.',
    source: 'Drugs Act 2005 ss.9 to 11',
  },
  'conclude-without-requirement': {
    title: 'Conclude without a requirement',
    stages: ['awaiting-requirement'],
    roles: ['CustodyOfficer', 'PoliceOfficer', 'DToACoordinator'],
    effect: 'Ends the pathway with the reason why the assessments were not required.',
    source: 'Drugs Act 2005 s.9(2): an officer may impose the requirement',
  },
  'vary-appointment': {
    title: 'Give a new time and place',
    // In breach it is always refused, with whom to tell: not by the stage, which would say nothing.
    stages: underDuty,
    roles: ['PoliceOfficer', 'CustodyOfficer', 'InitialAssessor', 'FollowUpAssessor', 'DipOfficer'],
    effect:
      'The further written notice RA2 is recorded, for a follow-up only by an assessor; only the latest notice binds. Served before the time of the appointment, it supersedes it, also when entered late, and ends a failure recorded at that time, excused or not; served later, what happened is recorded first. Under a breach it is refused until the breach is withdrawn.',
    source: 'Drugs Act 2005 ss.11(8) and 13(8)',
  },
  'record-attendance': {
    title: 'Record what happened at the assessment',
    stages: underDuty,
    roles: ['InitialAssessor', 'FollowUpAssessor'],
    effect:
      'Attended to its end: the next step of the duty, or its discharge. Absent, left or sent away: reported to the DIP officer at once. Caused by the provider: never a failure. The initial assessment is recorded by the initial assessor alone. Absent from it once, no follow-up can be set any more. Attended to its end at a time from which a notice had moved it: it counts, the new time falls, and so does a failure reported at it; under a breach of it that is refused until the breach is withdrawn.',
    source: 'Drugs Act 2005 ss.12(1), 12(2), 12(5), 13, 14(1) and 14(2)',
  },
  'decide-good-cause': {
    title: 'Decide whether there was good cause',
    // After the arrest it is refused, with what is to be done: not by the stage, which would say nothing.
    stages: ['good-cause-review', 'breach', 'arrested'],
    roles: ['DipOfficer'],
    effect:
      'Accepted: excused, the duty stays and a new appointment is needed; a breach and its arrest task are withdrawn at once. Rejected: a breach may be declared. Once the person is arrested for the breach, its result is recorded instead.',
    source: 'Drugs Act 2005 ss.12(3) and 14(3)',
  },
  'declare-breach': {
    title: 'Declare a breach',
    stages: ['good-cause-review', 'breach'],
    roles: ['DipOfficer'],
    effect: 'Only with every condition met. All clocks run from the failure itself.',
    source: 'Drugs Act 2005 ss.12(3) and 14(3); Gwent DIP annual report 2014/15',
  },
  'set-marker': {
    title: 'Set or change the marker',
    stages: ['breach'],
    roles: ['DipOfficer'],
    effect: 'RED, AMBER or GREEN. The clocks are computed anew from the failure; the old ones are kept.',
    source: 'Gwent DIP annual report 2014/15 (risk to self or community and urgency)',
  },
  'issue-arrest-task': {
    title: 'Put out for arrest',
    stages: ['breach'],
    roles: ['DipOfficer'],
    effect:
      'One open task for one unit. The unit must acknowledge it. Not while a person arrested on a withdrawn task has not been recorded as released.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'acknowledge-task': {
    title: 'Acknowledge the task or its withdrawal',
    stages: 'any',
    roles: ['LpuOfficer'],
    effect: 'The unit has taken the task on; of a withdrawn one, it knows that nobody is to be arrested.',
    source: 'practice',
  },
  'record-arrest': {
    title: 'Record the arrest',
    stages: sinceRequired,
    roles: ['LpuOfficer', 'CustodyOfficer'],
    effect:
      'The task is done. Put out and arrested are both held against their targets. Before a withdrawal and entered after it: for the breach, unless that was withdrawn or had its result before the arrest. After the withdrawal: recorded all the same, nothing of the breach changes, and the manager is told, and the DIP officer where another task is out.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'withdraw-task': {
    title: 'Withdraw the arrest task',
    stages: ['breach'],
    roles: ['DipOfficer'],
    effect:
      'Nobody is to be arrested on it from now on. The unit must acknowledge that. The breach is not put out any more: that clock runs again.',
    source: 'practice',
  },
  'record-result': {
    title: 'Record the result of the breach',
    stages: sinceRequired,
    roles: ['DipOfficer', 'CustodyOfficer'],
    effect:
      'The first result concludes the breach and withdraws an open task; later results are added. The release of a person who was arrested on a withdrawn task leaves the breach as it is; with an arrest for the breach as well, a release after both names its task.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'send-page-link': {
    title: 'Send the link to the person’s page',
    stages: ['initial-assessment', 'follow-up-assessment'],
    roles: ['InitialAssessor', 'FollowUpAssessor', 'DipOfficer'],
    effect:
      'One text with a link that shows the person their next appointment, once they have said their year of birth. It is no notice: the duty is as it was. Refused, with the reason, where no text may go to them, where there is a safety flag, where no appointment is ahead, and while the last link is on its way or left within five minutes; a later link ends the earlier ones.',
    source: 'practice',
  },
} as const satisfies Record<string, CommandRow>;

const markerPasses = 'Overdue: the DIP officer is told, lateness keeps counting, the task stays open.';
const markerStart = 'the failure itself: the planned start for who did not come, else the time of leaving';

const deadlines = {
  'requirement-decision': {
    title: 'An officer decides whether to require the assessments',
    starts: 'the test',
    due: 'policy: requirementDecision',
    passes: 'Custody is told that no requirement was imposed.',
    source: 'policy requirementDecision; the power ends with release (Drugs Act 2005 s.9(2))',
    whoCanMove: ['CustodyOfficer', 'PoliceOfficer', 'DToACoordinator'],
  },
  reminder: {
    title: 'Reminder of the appointment',
    starts: 'the booking',
    due: 'policy: messages.reminder, one day before at 09:00 local',
    passes: 'One text leaves, if it is still right to send it.',
    source: 'policy messages.reminder or messages.reminders',
    whoCanMove: ['System'],
  },
  'reminder-week': {
    title: 'Reminder of the appointment, a week before',
    starts: 'the booking',
    due: 'policy: messages.reminders, 7 days before at 09:00 local; where it says nothing there is none',
    passes: 'One text leaves, if it is still right to send it.',
    source: 'policy messages.reminders',
    whoCanMove: ['System'],
  },
  'reminder-morning': {
    title: 'Reminder of the appointment, that morning',
    starts: 'the booking',
    due: 'policy: messages.reminders, the same day at 08:00 local; where it says nothing there is none',
    passes: 'One text leaves, if it is still right to send it.',
    source: 'policy messages.reminders',
    whoCanMove: ['System'],
  },
  feedback: {
    title: 'The assessor records what happened',
    starts: 'the planned end of the appointment',
    due: 'policy: feedback.ask',
    passes: 'The assessor is asked. Silence is never a failure of the person.',
    source: 'policy feedback.ask',
    whoCanMove: ['InitialAssessor', 'FollowUpAssessor'],
  },
  'feedback-escalation': {
    title: 'The assessor records what happened, after being asked',
    starts: 'the planned end of the appointment',
    due: 'policy: feedback.escalate',
    passes: 'The manager is told. Silence is never a failure of the person.',
    source: 'policy feedback.escalate',
    whoCanMove: ['InitialAssessor', 'FollowUpAssessor'],
  },
  'good-cause-review': {
    title: 'Review of good cause',
    starts: 'the report of the failure',
    due: 'policy: goodCauseReview',
    passes: 'The DIP officer is told. It never becomes a breach by itself.',
    source: 'policy goodCauseReview',
    whoCanMove: ['DipOfficer'],
  },
  'red-put-out': {
    title: 'RED: put out for arrest',
    starts: markerStart,
    due: 'policy: markers.RED.putOut, where set',
    passes: markerPasses,
    source: 'policy markers.RED.putOut',
    whoCanMove: ['DipOfficer'],
  },
  'red-arrest': {
    title: 'RED: arrested',
    starts: markerStart,
    due: 'policy: markers.RED.arrest, 24 elapsed hours',
    passes: markerPasses,
    source: 'Gwent DIP annual report 2014/15: arrested within 24 hours of the breach',
    whoCanMove: ['DipOfficer', 'LpuOfficer', 'CustodyOfficer'],
  },
  'amber-put-out': {
    title: 'AMBER: put out for arrest',
    starts: markerStart,
    due: 'policy: markers.AMBER.putOut, the same local time on the seventh day',
    passes: markerPasses,
    source: 'Gwent DIP annual report 2014/15: put out no later than 7 days after the breach',
    whoCanMove: ['DipOfficer'],
  },
  'amber-arrest': {
    title: 'AMBER: arrested',
    starts: markerStart,
    due: 'policy: markers.AMBER.arrest, where set',
    passes: markerPasses,
    source: 'policy markers.AMBER.arrest',
    whoCanMove: ['DipOfficer', 'LpuOfficer', 'CustodyOfficer'],
  },
  'green-put-out': {
    title: 'GREEN: put out for arrest',
    starts: markerStart,
    due: 'policy: markers.GREEN.putOut, one calendar month, at the latest the last day of a shorter month',
    passes: markerPasses,
    source: 'Gwent DIP annual report 2014/15: put out no later than 1 month after the breach',
    whoCanMove: ['DipOfficer'],
  },
  'green-arrest': {
    title: 'GREEN: arrested',
    starts: markerStart,
    due: 'policy: markers.GREEN.arrest, where set',
    passes: markerPasses,
    source: 'policy markers.GREEN.arrest',
    whoCanMove: ['DipOfficer', 'LpuOfficer', 'CustodyOfficer'],
  },
  'task-acknowledgement': {
    title: 'The unit acknowledges the task',
    starts: 'the issue of the task',
    due: 'policy: acknowledgement, by marker',
    passes: 'The DIP officer is told that the unit is silent.',
    source: 'policy acknowledgement',
    whoCanMove: ['LpuOfficer'],
  },
} as const satisfies Record<string, DeadlineRow>;

export type DeadlineRule = keyof typeof deadlines;

export type { AttentionCode } from './attention-rows.ts';

export const compulsoryTable = { stages, commands, deadlines, attention } as const satisfies PathwayTable;

/**
 * What every page of an arrest task says. The offence is summary-only, and PACE 1984 s.17(1)(b) gives a
 * power of entry to arrest for indictable offences alone.
 */
export const arrestTaskWording = {
  offence: 'Failing to attend, or to remain for, a required drug assessment without good cause.',
  kind: 'Summary-only offence.',
  entry:
    'There is no power to enter premises to arrest for it: section 17(1)(b) of the Police and Criminal Evidence Act 1984 does not cover it.',
  arrest: 'The arrest is the decision of a constable, who must find it necessary (PACE 1984 s.24).',
} as const;
