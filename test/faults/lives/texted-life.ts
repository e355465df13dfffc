import { randomUUID } from 'node:crypto';
import type { House } from '../../../scripts/house/house.ts';
import { mobileOf, refer, type Referred } from './referring.ts';
import { inMs, type Story } from './story.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long before each appointment its reminder leaves; they are as many sorts as there are words for. */
export const leadMs = { morning: 2 * hourMs, day: dayMs, week: 7 * dayMs } as const;

/** From booking until the reminder of what was booked leaves. */
const untilReminderMs = [2_500, 5_000] as const;

/** After the last booking all reminders of what stands have come due by then. */
export const latestReminderMs = untilReminderMs[1] + 200;

/** What keeps texts from somebody from the moment on that it is taken. */
export const bars = ['stop-texts', 'consent-withdrawn', 'custody', 'death', 'void'] as const;

export type Bar = (typeof bars)[number];

/** Somebody whose phone hears of everything, and answers. */
export interface Texted extends Referred {
  /** E.164. */
  readonly phone: string;
  /** When that was taken, in epoch milliseconds; what is judged after that may not leave. */
  stopped?: { readonly at: number; readonly by: Bar };
  /** The gateway's answers to what the phone sent. */
  readonly heard: (number | string)[];
}

/** A referral of today, with three appointments of which something is told, moved and cancelled. */
export async function beTexted(story: Story, house: Pick<House, 'gateway'>): Promise<Texted | undefined> {
  const referred = await refer(story);
  if (referred === undefined) return undefined;
  const texted: Texted = { ...referred, phone: e164Of(story.number), heard: [] };
  const { random } = story;
  const { pathwayId } = referred;
  for (const lead of random.shuffled(Object.values(leadMs))) {
    const startsAt = inMs(lead + random.between(...untilReminderMs));
    const endsAt = new Date(Date.parse(startsAt) + hourMs).toISOString();
    const appointmentId = randomUUID();
    const slot = { appointmentId, kind: 'first-meeting', startsAt, endsAt, placeCode: 'ddas-carmarthen' };
    const booked = await story.command('caseworker', { pathwayId, name: 'book-appointment' }, slot, 'taken');
    if (booked === undefined) continue;
    if (random.chance(0.06)) {
      const by = await stop(story, texted, house);
      // Nobody books for the dead or for a case that is void; whoever sits in custody is waited for.
      if (!stillBooked.includes(by)) return texted;
    } else if (random.chance(0.2)) {
      await answer(texted, house, random.pick(['1', '2', 'Diolch', 'Cymorth']));
    }
    if (random.chance(0.4)) await change(story, pathwayId, appointmentId, startsAt);
  }
  return texted;
}

export function e164Of(number: number): string {
  return `+44${mobileOf(number).replace(/^0|\s/g, '')}`;
}

async function change(
  story: Story,
  pathwayId: string,
  appointmentId: string,
  startsAt: string,
): Promise<void> {
  const why = { askedBy: 'provider', reason: 'staff-away' };
  if (story.random.chance(0.5)) {
    const address = { pathwayId, name: 'cancel-appointment' };
    await story.command('caseworker', address, { appointmentId, ...why }, 'taken');
    return;
  }
  const moved = Date.parse(startsAt) + 90 * 60_000;
  const [from, until] = [moved, moved + hourMs].map((at) => new Date(at).toISOString());
  const address = { pathwayId, name: 'reschedule-appointment' };
  await story.command(
    'caseworker',
    address,
    { appointmentId, startsAt: from, endsAt: until, placeCode: 'ddas-carmarthen', ...why },
    'taken',
  );
}

const stillBooked: readonly Bar[] = ['stop-texts', 'consent-withdrawn'];

/** From the answer on nothing may be judged to leave. @returns by what */
async function stop(story: Story, texted: Texted, house: Pick<House, 'gateway'>): Promise<Bar> {
  if (texted.stopped !== undefined) return texted.stopped.by;
  const by = story.random.pick(bars);
  if (await isBarred(story, texted, house, by)) texted.stopped = { at: Date.now(), by };
  return by;
}

/** @returns whether the API took it */
async function isBarred(
  story: Story,
  texted: Texted,
  house: Pick<House, 'gateway'>,
  by: Bar,
): Promise<boolean> {
  const { pathwayId, personId } = texted;
  if (by === 'stop-texts' && story.random.chance(0.5)) {
    return await answer(texted, house, story.random.pick(['STOP', 'Stopiwch']));
  }
  if (by === 'void') {
    const address = { pathwayId, name: 'void-pathway' };
    return (await story.command('manager', address, { reason: 'wrong-person' }, 'taken')) !== undefined;
  }
  const fact = by === 'consent-withdrawn' ? { fact: by, purpose: 'texts' } : { fact: by };
  return (await story.act('manager', `/api/v1/persons/${personId}/facts`, fact, 'taken')) !== undefined;
}

/** @returns whether the API took it */
async function answer(texted: Texted, { gateway }: Pick<House, 'gateway'>, body: string): Promise<boolean> {
  const posted = await fetch(`${gateway.url}/stand-in/inbound`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: texted.phone, to: '+447700900000', body }),
  });
  const { answers = [] } = (await posted.json()) as { readonly answers?: readonly (number | string)[] };
  texted.heard.push(...answers);
  return answers.at(-1) === 200;
}
