import { randomUUID } from 'node:crypto';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { refer, type Referred } from './referring.ts';
import { inMs, untilTime, type Story } from './story.ts';

/** What the life knows of itself, to say beforehand which acts must be refused. */
export interface Referral extends Referred {
  closed: boolean;
  mayReturn: boolean;
  readonly evidence: Set<string>;
  appointment: { readonly id: string; readonly startsAt: number } | undefined;
}

const commandNames = Object.keys(diversionTable.commands);
const channels = ['phone', 'post', 'email', 'in-person'] as const;
const evidences = ['logged-in', 'prescribed', 'other'] as const;
const reasons = [
  { reason: 'declined', mayReturn: true },
  { reason: 'moved', mayReturn: true },
  { reason: 'other', mayReturn: true },
  { reason: 'entered-in-error', mayReturn: false },
] as const;

/** A referral and what becomes of it, in so many acts with the ones that the rules refuse. */
export async function liveVoluntarily(story: Story, acts: number): Promise<void> {
  const referral = await beReferred(story);
  if (referral === undefined) return;
  while (story.acts < acts) {
    const last = story.acts === acts - 1;
    const { random } = story;
    if (random.chance(0.3)) await tryWhatIsRefused(story, referral);
    else if (last && random.chance(0.2)) await die(story, referral);
    else if (referral.closed) await comeBack(story, referral);
    else await goOn(story, referral);
  }
}

/** @param outcomeAt receipt, in epoch milliseconds; a moment ago when not given */
export async function beReferred(story: Story, outcomeAt?: number): Promise<Referral | undefined> {
  const referred = await refer(story, outcomeAt === undefined ? {} : { receivedAt: outcomeAt });
  if (referred === undefined) return undefined;
  return { ...referred, closed: false, mayReturn: false, evidence: new Set(), appointment: undefined };
}

async function goOn(story: Story, referral: Referral): Promise<void> {
  const { random } = story;
  const moves = [
    () => tryOnce(story, referral),
    () => book(story, referral),
    () => engage(story, referral),
    () => close(story, referral),
    () => stopTexts(story, referral),
    ...(referral.appointment === undefined
      ? []
      : [() => attend(story, referral), () => attend(story, referral)]),
  ];
  await random.pick(moves)();
}

export async function tryOnce(story: Story, referral: Referral): Promise<void> {
  const { random } = story;
  await send(story, referral, 'record-contact-attempt', {
    channel: random.pick(channels),
    result: random.pick(['no-answer', 'left-message', 'reached']),
    by: 'person',
  });
}

export async function book(story: Story, referral: Referral, startsAt = Date.now() + 2_000): Promise<void> {
  const id = randomUUID();
  const data = {
    appointmentId: id,
    kind: 'first-meeting',
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + 500).toISOString(),
    placeCode: 'ddas-carmarthen',
  };
  const address = { pathwayId: referral.pathwayId, name: 'book-appointment' };
  const booked = await story.command('manager', address, data, { takenBefore: startsAt });
  if (booked !== undefined) referral.appointment = { id, startsAt };
}

async function attend(story: Story, referral: Referral): Promise<void> {
  const { appointment } = referral;
  if (appointment === undefined) return;
  await untilTime(appointment.startsAt + 5);
  const attendance = story.random.pick(['attended-and-remained', 'absent', 'provider-caused']);
  if (await send(story, referral, 'record-attendance', { appointmentId: appointment.id, attendance })) {
    referral.appointment = undefined;
    if (attendance === 'attended-and-remained') referral.evidence.add('attended');
  }
}

export async function engage(story: Story, referral: Referral): Promise<void> {
  const evidence = story.random.pick(evidences);
  const expected = referral.evidence.has(evidence) ? 'refused' : 'taken';
  if (await send(story, referral, 'record-engagement', { evidence }, expected))
    referral.evidence.add(evidence);
}

async function close(story: Story, referral: Referral): Promise<void> {
  const { reason, mayReturn } = story.random.pick(reasons);
  if (await send(story, referral, 'close-pathway', { reason })) {
    referral.closed = true;
    referral.mayReturn = mayReturn;
    referral.appointment = undefined;
  }
}

async function comeBack(story: Story, referral: Referral): Promise<void> {
  const evidence = story.random.pick(evidences);
  const expected = referral.mayReturn ? 'taken' : 'refused';
  if (await send(story, referral, 'record-engagement', { evidence }, expected)) {
    referral.evidence.add(evidence);
    referral.closed = false;
  }
}

/** @returns whether it was taken */
export async function stopTexts(story: Story, { personId }: Referral): Promise<boolean> {
  const path = `/api/v1/persons/${personId}/facts`;
  return (await story.act('manager', path, { fact: 'stop-texts' }, 'taken')) !== undefined;
}

async function die(story: Story, referral: Referral): Promise<void> {
  await story.act('manager', `/api/v1/persons/${referral.personId}/facts`, { fact: 'death' }, 'taken');
}

/** One of the acts that are refused at every stage. */
export async function tryWhatIsRefused(story: Story, referral: Referred): Promise<void> {
  const { random } = story;
  const { pathwayId } = referral;
  const moves = [
    () =>
      send(
        story,
        referral,
        'record-contact-attempt',
        { channel: 'in-person', result: 'wrong-number', by: 'person' },
        'refused',
      ),
    () => send(story, referral, 'close-pathway', { reason: 'died' }, 'refused'),
    () => send(story, referral, 'close-pathway', { reason: 'completed' }, 'refused'),
    () =>
      send(
        story,
        referral,
        'record-attendance',
        { appointmentId: randomUUID(), attendance: 'absent' },
        'refused',
      ),
    () =>
      send(
        story,
        referral,
        'book-appointment',
        { kind: 'treatment', startsAt: inMs(60_000), endsAt: inMs(30_000), placeCode: 'ddas-carmarthen' },
        'refused',
      ),
    () =>
      story.command('officer', { pathwayId, name: 'record-engagement' }, { evidence: 'other' }, 'refused'),
    // Who only counts does nothing.
    () => story.command('analyst', { pathwayId, name: random.pick(commandNames) }, {}, 'refused'),
    () =>
      story.command('manager', { pathwayId, name: 'declare-breach' }, { failureId: pathwayId }, 'refused'),
    () =>
      story.command(
        'manager',
        { pathwayId: randomUUID(), name: 'record-engagement' },
        { evidence: 'other' },
        'refused',
      ),
  ];
  await random.pick(moves)();
}

async function send(
  story: Story,
  { pathwayId }: Referred,
  name: string,
  data: unknown,
  expected: 'taken' | 'refused' = 'taken',
): Promise<boolean> {
  return (await story.command('manager', { pathwayId, name }, data, expected)) !== undefined;
}
