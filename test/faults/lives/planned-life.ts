import { bodyOf, type DayClock, type PlannedAct } from '../../../scripts/lives/planned-act.ts';
import { identityOf, planLife } from '../../../scripts/lives/planned-life.ts';
import { referralBodyOf } from '../../../scripts/lives/referral-body.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import type { Referred } from './referring.ts';
import { untilTime, type Story } from './story.ts';
import { tryWhatIsRefused } from './voluntary-life.ts';

/** So long a planned day is between an act and the appointment that it books. Nothing else waits for its day. */
const dayMs = 300;

interface Made {
  /** Ids of commands, by the label that later acts know them by. */
  readonly ids: Map<string, string>;
  /** When the appointments start, in epoch milliseconds. */
  readonly starts: Map<string, number>;
}

/**
 * A whole referral as a simulated year has them (scripts/lives), act upon act without the days in between: no clock that
 * ends anything passes, so every act is to be taken. Ends after so many acts, or where an appointment's time came while
 * it was to be moved.
 */
export async function liveAsPlanned(story: Story, mostActs: number): Promise<void> {
  const { random, number } = story;
  const identity = identityOf(random, number);
  const life = planLife(random.fork(), { person: number, referral: number, receivedDay: 0, identity });
  const opened = await story.act(life.who, '/api/v1/referrals', referralBodyOf(life, clockAt(0)), 'taken');
  if (opened === undefined) return;
  const { pathwayId, personId } = opened.final?.body as Referred;
  const referred = { pathwayId, personId };
  const made: Made = { ids: new Map(), starts: new Map() };
  for (const act of life.acts) {
    if (story.acts >= mostActs) return;
    if (random.chance(0.1)) await tryWhatIsRefused(story, referred);
    if (!(await isTimeFor(act, made)) || !(await sendAct(story, referred, act, made))) return;
  }
}

/** Waits for an appointment that has to have begun. @returns false where one has begun that is to be changed before */
async function isTimeFor(act: PlannedAct, { starts }: Made): Promise<boolean> {
  const about = act.kind === 'command' ? act.ids?.['appointmentId'] : undefined;
  const startsAt = about === undefined ? undefined : starts.get(about);
  if (act.kind !== 'command' || startsAt === undefined) return true;
  if (act.name !== 'record-attendance') return Date.now() < startsAt;
  await untilTime(startsAt + 5);
  return true;
}

/** @returns whether it was taken */
async function sendAct(
  story: Story,
  { pathwayId, personId }: Referred,
  act: PlannedAct,
  { ids, starts }: Made,
): Promise<boolean> {
  const clock = clockAt(act.day);
  const body = bodyOf(act, clock, ids);
  const path =
    act.kind === 'fact'
      ? `/api/v1/persons/${personId}/facts`
      : `/api/v1/pathways/${pathwayId}/commands/${act.name}`;
  const asked = await story.act(act.who, path, body, 'taken');
  if (asked === undefined) return false;
  if (act.kind === 'command' && act.label !== undefined) {
    ids.set(act.label, (asked.final?.body as { commandId: string }).commandId);
    if (act.slot !== undefined) starts.set(act.label, Date.parse(clock.instantAt(act.slot.from)));
  }
  return true;
}

/** Counts days from one that is now. */
function clockAt(day: number): DayClock {
  const now = Date.now();
  return { instantAt: (other) => toInstant(Math.round(now + (other - day) * dayMs)) };
}
