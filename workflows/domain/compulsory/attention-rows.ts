import type { AttentionRow } from '../common/pathway-table.ts';

/** What needs a person's eye on the compulsory path. */
export const attention = {
  'requirement-undecided': {
    title: 'No requirement imposed',
    cause: 'The test was positive and no assessment has been required.',
    family: 'practice',
    owner: 'CustodyOfficer',
    remedy: 'Impose the requirement while the person is still detained, or conclude without one.',
    source: 'policy requirementDecision',
  },
  'feedback-missing': {
    title: 'Attendance not recorded',
    cause: 'The assessment is over and nobody has said what happened.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy: 'Record the attendance.',
    source: 'policy feedback.ask',
  },
  'feedback-overdue': {
    title: 'Attendance still not recorded',
    cause: 'The assessor was asked and has not said what happened.',
    family: 'practice',
    owner: 'Manager',
    remedy: 'Have the attendance recorded.',
    source: 'policy feedback.escalate',
  },
  'failure-undecided': {
    title: 'Failure undecided',
    cause: 'An assessment was missed or left, and nobody has decided whether there was good cause.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Decide on good cause.',
    source: 'Drugs Act 2005 ss.12(2) and 14(2); Gwent DIP annual report 2014/15',
  },
  'review-overdue': {
    title: 'Review overdue',
    cause: 'The time for the review of good cause is over.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Decide on good cause.',
    source: 'policy goodCauseReview',
  },
  'breach-undeclared': {
    title: 'Breach not declared',
    cause: 'Good cause was rejected and no breach has been declared.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Declare the breach, or accept good cause.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'breach-without-marker': {
    title: 'Breach without marker',
    cause: 'The breach has no colour, so no clock runs.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Set the marker.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'breach-without-task': {
    title: 'Breach without arrest task',
    cause: 'The breach stands, and no unit holds a task for it: none was issued, or it was withdrawn.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy:
      'Decide whether the breach still stands. If it does, put it out; if there was good cause, record that.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'task-unacknowledged': {
    title: 'Task not acknowledged',
    cause: 'The unit has not acknowledged the arrest task in time.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Call the unit, or withdraw the task and give it to another.',
    source: 'policy acknowledgement',
  },
  'marker-overdue': {
    title: 'Past the target of the marker',
    cause: 'The time that the marker allows is over.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy:
      'Decide whether the breach still stands; then put it out, or record the good cause or the result.',
    source: 'Gwent DIP annual report 2014/15',
  },
  'withdrawal-unacknowledged': {
    title: 'Withdrawal not acknowledged',
    cause: 'The task was withdrawn and the unit has not said that it knows. An officer may be on the way.',
    family: 'practice',
    owner: 'LpuOfficer',
    remedy: 'Acknowledge the withdrawal; until then the DIP officer calls the unit.',
    source: 'practice',
  },
  'arrested-on-withdrawn-task': {
    title: 'Arrested on a withdrawn task',
    cause: 'A person was arrested on a task that had been withdrawn. The arrest may have had no ground.',
    family: 'practice',
    owner: 'Manager',
    remedy:
      'Call custody at once and have the person released where nothing else holds them; find out why the unit did not know. Then have the release recorded as a result, with the task named where the person was arrested for the breach as well.',
    source: 'practice',
  },
  'wanted-while-in-custody': {
    title: 'Wanted while in custody',
    cause: 'A person was arrested on a withdrawn task while this task for the same person is out.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy: 'Withdraw this task, or have the release recorded once the person is released.',
    source: 'practice',
  },
  'rebook-needed': {
    title: 'New appointment needed',
    cause: 'The duty stands and there is no appointment for it.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy: 'Give a new time and place by the further written notice RA2.',
    source: 'Drugs Act 2005 ss.11(8) and 13(8)',
  },
  'notice-without-warning': {
    title: 'Notice without the warning',
    cause: 'The latest notice was served without the warning: failing at this appointment is no breach.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy:
      'Serve a further written notice (RA2) with the warning before the appointment begins, for the same time or another.',
    source: 'Drugs Act 2005 ss.11 and 13',
  },
  'reply-cannot-come': {
    title: 'Cannot come',
    cause:
      'The person wrote back that they cannot come to the assessment, or need another time. The duty stays.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy:
      'Ask them why, and decide on a new time and place by the notice RA2; else settle the reply. It is weighed as evidence where good cause is decided.',
    source: 'Drugs Act 2005 ss.11(8), 12(3), 13(8) and 14(3)',
  },
  'reply-to-read': {
    title: 'A reply to read',
    cause:
      'Something came back from the phone that a person has to read: words, a yes to an appointment after a no, or the year of birth answered wrongly five times on the page. The duty stays.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy: 'Read it, see to it, and settle the reply. After wrong years make sure first whose phone it is.',
    source: 'practice',
  },
  'check-number': {
    title: 'Check the number',
    cause: 'Whoever has the number wrote back that they are somebody else; no text is sent to it.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy:
      'Tell the person of the appointment in another safe way, find the right number, and settle the reply.',
    source: 'practice',
  },
  'call-today': {
    title: 'Read now, and call today',
    cause:
      'The person wrote what may speak of harm to somebody, or what stopped the texts and says more: CANCEL, for one, may have meant the appointment. The duty stays.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy:
      'Read the reply at once. Where somebody may be in danger get help now, and never reach the person in a way that others see; else ring them today, say that the duty stays and ask what they meant. Then settle the reply.',
    source: 'practice',
  },
  'reach-another-way': {
    title: 'Reach the person another way',
    cause:
      'No text reaches the person: they stopped them, none is safe, or the right mobile number is not known. Nor were they told by e-mail. The duty to attend stays.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy: 'Tell the person of the appointment in another safe way.',
    source: 'practice',
  },
  'in-custody': {
    title: 'In custody',
    cause: 'The person is or was in custody while something is required of them.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy:
      'Weigh it when you decide on good cause: it excuses nothing by itself. Where a task is out, decide whether it is executed in custody or withdrawn.',
    source: 'practice',
  },
  'death-corrected': {
    title: 'The person lives',
    cause: 'A death was recorded in error. What it withdrew stays withdrawn, and no clock runs.',
    family: 'practice',
    owner: 'DipOfficer',
    remedy:
      'See what stood before, and decide what goes on: a new appointment by the notice RA2, a failure to be reviewed, or nothing.',
    source: 'A mistake about a death must be reversible',
  },
  'message-not-sent': {
    title: 'Message not sent',
    cause: 'A message failed, or nobody knows whether it was sent.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy: 'Reach the person another way.',
    source: 'practice',
  },
  'tell-of-change': {
    title: 'Tell of the change now',
    cause:
      'The appointment was moved or cancelled, and no text leaves before the time that the person may still come to.',
    family: 'practice',
    owner: 'InitialAssessor',
    remedy:
      'Ring the person before that time, or reach them in another safe way. The notice binds, and not the call.',
    source: 'A person must not travel to an appointment that no longer holds',
  },
  'internal-error': {
    title: 'Internal error',
    cause: 'A command could not be carried out because of a fault in the software.',
    family: 'engine',
    owner: 'Operator',
    remedy: 'Look at the log; the command may be sent again.',
    source: 'engine',
  },
} as const satisfies Record<string, AttentionRow>;

export type AttentionCode = keyof typeof attention;
