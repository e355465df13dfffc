import { randomUUID } from 'node:crypto';
import { demoUsers } from '../../../stand-ins/demo-users.ts';
import { inMs, untilTime, type Expected, type Story } from './story.ts';
import { mobileOf } from './referring.ts';

interface Booked {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** The notice was surely written down before it began. */
  readonly provable: boolean;
}

export interface Duty {
  readonly pathwayId: string;
  readonly personId: string;
  /** What the next act forward is. */
  next: keyof typeof forward | 'nothing';
  appointment: Booked | undefined;
  failureId: string;
  breachId: string;
  taskId: string;
}

/** The unit that the demo user of a unit belongs to: others may not act on its tasks. */
const unitCode = demoUsers.find(({ signIn }) => signIn === 'lpu')?.organisationId ?? '';

/** A positive test and what becomes of it, in so many acts with the ones that the rules refuse. */
export async function liveUnderDuty(story: Story, acts: number): Promise<void> {
  const duty = await beTested(story);
  if (duty === undefined) return;
  if (story.random.chance(0.1)) await requireNothing(story, duty);
  while (story.acts < acts) {
    const last = story.acts === acts - 1;
    const { random } = story;
    if (last && random.chance(0.3)) await beTold(story, duty);
    else if (duty.next === 'nothing' || random.chance(0.2)) await tryWhatIsRefused(story, duty);
    else await forward[duty.next](story, duty);
  }
}

export async function beTested(story: Story): Promise<Duty | undefined> {
  const { number } = story;
  const asked = await story.act(
    'custody',
    '/api/v1/drug-tests',
    {
      surname: `Prawf${String(number)}`,
      birthDate: '1988-11-30',
      nominalNumber: `N-${String(number)}`,
      testedAt: inMs(-60_000),
      suiteCode: 'custody-llanelli',
      basis: { kind: 'trigger-offence', offenceCode: 'theft' },
      selectionReasonCode: 'all-triggers',
      results: [{ substance: 'cocaine', result: 'positive' }],
      residence: { postcode: 'SA31 2AA' },
      mobile: mobileOf(number),
      language: story.random.pick(['en', 'cy']),
      safeToText: 'yes',
    },
    'taken',
  );
  if (asked === undefined) return undefined;
  const { pathwayId, personId } = asked.final?.body as { pathwayId: string; personId: string };
  return {
    ...{ pathwayId, personId, next: 'impose', appointment: undefined },
    ...{ failureId: '', breachId: '', taskId: '' },
  };
}

const forward = {
  impose,
  vary,
  report,
  review,
  declare,
  mark,
  issue,
  acknowledge,
  release,
  arrest,
  conclude,
};

export async function impose(story: Story, duty: Duty, startsAt = Date.now() + 1_500): Promise<void> {
  const endsAt = startsAt + 300;
  const id = randomUUID();
  const data = {
    initialAssessment: {
      appointmentId: id,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      placeCode: 'dip-carmarthen',
    },
    notice: {
      ...{ form: 'RA1', servedAt: inMs(-5_000), how: 'handed-over', servedBy: 'u-102' },
      ...{ language: 'en', warningGiven: true },
    },
  };
  const taken = await send(story, duty, 'custody', 'impose-requirement', data, { takenBefore: startsAt });
  if (taken === undefined) return;
  // Only what was surely written down before the appointment proves the service of the notice.
  duty.appointment = { id, startsAt, endsAt, provable: Date.now() < startsAt };
  duty.next = story.random.chance(0.3) ? 'vary' : 'report';
}

/** The appointment is moved while it is still ahead, by the further notice; from then on only the new one is recorded. */
async function vary(story: Story, duty: Duty): Promise<void> {
  const { appointment } = duty;
  // Where no answer is heard or the time has come, nobody here knows which appointment stands.
  duty.next = 'nothing';
  if (appointment === undefined) return;
  const startsAt = Math.max(appointment.endsAt, Date.now()) + 1_500;
  const endsAt = startsAt + 300;
  const id = randomUUID();
  const data = {
    appointment: {
      appointmentId: id,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      placeCode: 'dip-llanelli',
    },
    notice: {
      ...{ form: 'RA2', servedAt: inMs(-1), how: 'handed-over', servedBy: 'u-103' },
      ...{ language: 'en', warningGiven: true },
    },
    reasonCode: 'asked-for',
    askedBy: 'person',
  };
  // One that has begun is recorded first: whether it has, when this is heard, nobody can say.
  const expected = { takenBefore: appointment.startsAt };
  const taken = await send(story, duty, 'initial-assessor', 'vary-appointment', data, expected);
  if (taken === undefined) return;
  duty.appointment = { id, startsAt, endsAt, provable: Date.now() < startsAt };
  duty.next = 'report';
  await send(
    story,
    duty,
    'initial-assessor',
    'record-attendance',
    { appointmentId: appointment.id, attendance: 'absent' },
    'refused',
  );
}

/** The officer requires nothing; nothing is owed then, and nothing can be required any more. */
async function requireNothing(story: Story, duty: Duty): Promise<void> {
  const data = { reasonCode: 'not-proportionate' };
  duty.next = 'nothing';
  if ((await send(story, duty, 'custody', 'conclude-without-requirement', data)) === undefined) return;
  await send(story, duty, 'custody', 'conclude-without-requirement', data, 'refused');
}

async function report(story: Story, duty: Duty): Promise<void> {
  const { appointment } = duty;
  if (appointment === undefined) return;
  await untilTime(appointment.endsAt + 5);
  const attended = story.random.chance(0.15);
  const data = attended
    ? { appointmentId: appointment.id, attendance: 'attended-and-remained', followUp: { released: true } }
    : { appointmentId: appointment.id, attendance: 'absent' };
  const commandId = await send(story, duty, 'initial-assessor', 'record-attendance', data);
  if (commandId === undefined) return;
  // A failure is called after the command that reported it.
  duty.failureId = commandId;
  duty.next = attended ? 'nothing' : 'review';
}

async function review(story: Story, duty: Duty): Promise<void> {
  const decision = story.random.chance(0.1) ? 'accepted' : 'rejected';
  const data = { failureId: duty.failureId, decision, reasonCode: 'no-evidence' };
  if ((await send(story, duty, 'dip', 'decide-good-cause', data)) === undefined) return;
  duty.next = decision === 'accepted' ? 'nothing' : 'declare';
}

async function declare(story: Story, duty: Duty): Promise<void> {
  const breachId = randomUUID();
  const data = { failureId: duty.failureId, breachId };
  const expected = duty.appointment?.provable === true ? 'taken' : { takenBefore: 0 };
  const taken = await send(story, duty, 'dip', 'declare-breach', data, expected);
  duty.breachId = breachId;
  duty.next = taken === undefined ? 'nothing' : 'mark';
}

async function mark(story: Story, duty: Duty): Promise<void> {
  const marker = story.random.pick(['RED', 'RED', 'AMBER', 'GREEN']);
  const data = { breachId: duty.breachId, marker, reasonCode: 'risk' };
  if ((await send(story, duty, 'dip', 'set-marker', data)) !== undefined) duty.next = 'issue';
}

async function issue(story: Story, duty: Duty): Promise<void> {
  const taskId = randomUUID();
  const data = { breachId: duty.breachId, taskId, unitCode };
  if ((await send(story, duty, 'dip', 'issue-arrest-task', data)) === undefined) return;
  duty.taskId = taskId;
  duty.next = 'acknowledge';
}

async function acknowledge(story: Story, duty: Duty): Promise<void> {
  if (story.random.chance(0.25)) {
    const data = { taskId: duty.taskId, reasonCode: 'moved' };
    if ((await send(story, duty, 'dip', 'withdraw-task', data)) === undefined) return;
    duty.next = 'issue';
    if (story.random.chance(0.3)) {
      // The officer was on the way already. Nothing of the breach changes by it, and nobody is looked for who is held.
      const arrested = { taskId: duty.taskId, arrestedAt: inMs(0) };
      if ((await send(story, duty, 'lpu', 'record-arrest', arrested)) !== undefined) duty.next = 'release';
    }
    return;
  }
  const taken = await send(story, duty, 'lpu', 'acknowledge-task', { taskId: duty.taskId });
  if (taken !== undefined) duty.next = story.random.chance(0.5) ? 'arrest' : 'conclude';
}

async function arrest(story: Story, duty: Duty): Promise<void> {
  const data = { taskId: duty.taskId, arrestedAt: inMs(-1) };
  if ((await send(story, duty, 'lpu', 'record-arrest', data)) !== undefined) duty.next = 'conclude';
}

async function release(story: Story, duty: Duty): Promise<void> {
  if (story.random.chance(0.3)) {
    const data = { breachId: duty.breachId, unitCode };
    await send(story, duty, 'dip', 'issue-arrest-task', data, 'refused');
  }
  const data = { breachId: duty.breachId, result: 'released' };
  if ((await send(story, duty, 'dip', 'record-result', data)) !== undefined) duty.next = 'issue';
}

async function conclude(story: Story, duty: Duty): Promise<void> {
  const data = { breachId: duty.breachId, result: 'charged' };
  if ((await send(story, duty, 'dip', 'record-result', data)) !== undefined) duty.next = 'nothing';
}

/** A safety fact. It reaches the pathway by itself some time later, so nothing may follow it here. */
async function beTold(story: Story, { personId, taskId }: Duty): Promise<void> {
  const [path, body] =
    taskId !== '' && story.random.chance(0.5)
      ? [`/api/v1/arrest-tasks/${taskId}/facts`, { fact: 'task-withdrawn', reasonCode: 'handed-in' }]
      : [`/api/v1/persons/${personId}/facts`, { fact: 'death' }];
  await story.act('dip', path, body, 'taken');
}

async function tryWhatIsRefused(story: Story, duty: Duty): Promise<void> {
  const unknown = randomUUID();
  const moves = [
    () =>
      send(
        story,
        duty,
        'dip',
        'decide-good-cause',
        { failureId: unknown, decision: 'accepted', reasonCode: 'none' },
        'refused',
      ),
    () => send(story, duty, 'dip', 'declare-breach', { failureId: unknown }, 'refused'),
    () => send(story, duty, 'lpu', 'acknowledge-task', { taskId: unknown }, 'refused'),
    () => send(story, duty, 'lpu', 'record-arrest', { taskId: unknown, arrestedAt: inMs(-1) }, 'refused'),
    () => send(story, duty, 'lpu', 'declare-breach', { failureId: unknown }, 'refused'),
    () => send(story, duty, 'dip', 'record-engagement', { evidence: 'other' }, 'refused'),
    ...(duty.next === 'review'
      ? [() => send(story, duty, 'dip', 'declare-breach', { failureId: duty.failureId }, 'refused')]
      : []),
    ...(duty.next === 'acknowledge'
      ? [
          () =>
            send(story, duty, 'dip', 'issue-arrest-task', { breachId: duty.breachId, unitCode }, 'refused'),
        ]
      : []),
  ];
  await story.random.pick(moves)();
}

function send(
  story: Story,
  { pathwayId }: Duty,
  user: string,
  name: string,
  data: unknown,
  expected: Expected = 'taken',
): Promise<string | undefined> {
  return story.command(user, { pathwayId, name }, data, expected);
}
