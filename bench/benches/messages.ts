import { setTimeout as pause } from 'node:timers/promises';
import { byClients, numbers } from '../../scripts/house/clients.ts';
import { readLedger, type MessageRow } from '../../scripts/house/ledger-snapshot.ts';
import type { CreateAttempt } from '../../stand-ins/twilio-record.ts';
import { savePolicy } from '../../store/policies.ts';
import { intentOf, unsettled } from '../../test/faults/checks/sent-once.ts';
import { toInstant } from '../../workflows/domain/common/instant.ts';
import { localParts } from '../../workflows/domain/common/london-time.ts';
import type { MessagePurpose } from '../../workflows/domain/common/message-purpose.ts';
import type { DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import { usualRig, type Bench, type BenchScene } from '../bench.ts';
import { atLeast, atMost, counted, percentile, type Figure } from '../figure.ts';
import { appointmentIn, Referral } from '../referral.ts';
import type { Rig } from '../rig.ts';

const sizes = { full: 3_000, quick: 200 };

/** Texts that the gateway takes in a second, and those that the worker's queue gives out by itself. */
const limit = 10;

const clients = 8;
/** Of referrals, at the least, while nothing is being sent. */
const openedInASecond = 8;
/** One urgent text among so many. */
const oneUrgentIn = 20;
const hourMs = 3_600_000;

/** While so much of all is being sent there is a batch that waits. */
const batchShare = 0.99;
const utilisationGoal = 0.95;
const urgentGoalSeconds = 5;

export const messages: Bench = {
  name: 'messages',
  about: `Texts through a gateway that takes ${String(limit)} a second and answers 429 above that: how much of its limit is used, whether any leaves twice, and how long an urgent one takes while all that was planned in the night leaves.`,
  rig: usualRig,
  withinMs: 1_200_000,
  measure: async (scene) => {
    const { rig, quick } = scene;
    const size = scene.size ?? (quick ? sizes.quick : sizes.full);
    const { gateway } = rig.house;
    gateway.limitTo(limit);
    try {
      return await measured(scene, size);
    } finally {
      gateway.limitTo(null);
    }
  },
};

async function measured(scene: BenchScene, size: number): Promise<Figure[]> {
  const { rig, say } = scene;
  const urgentCount = Math.max(1, Math.floor(size / oneUrgentIn));
  const bulkCount = size - urgentCount;
  const beginsAt = nextMinute(Date.now() + (1_000 * size) / openedInASecond);
  const [bulkPolicy, urgentPolicy] = [
    await policyWith(rig, 'bench-received', ['referral-received'], localParts(toInstant(beginsAt)).time),
    await policyWith(rig, 'bench-cancelled', ['appointment-cancelled'], '00:00'),
  ];
  const earlier = rig.house.gateway.record().length;
  const open = async (policy: DiversionPolicy, number: number): Promise<Referral> => {
    const mobile = `07700900${String(number % 1_000).padStart(3, '0')}`;
    const referral = new Referral(rig, policy, toInstant(Date.now()), mobile);
    await referral.open();
    await referral.start();
    return referral;
  };
  const urgent = await byClients(numbers(urgentCount), clients, async (number) => {
    const referral = await open(urgentPolicy, number);
    const { commandId } = await referral.send(['book-appointment', appointmentToday()]);
    return { referral, appointmentId: commandId };
  });
  say(`${String(urgentCount)} appointments of today, and now ${String(bulkCount)} referrals`);
  const bulk = await byClients(numbers(bulkCount, urgentCount), clients, (number) =>
    open(bulkPolicy, number),
  );
  if (Date.now() > beginsAt) throw new Error('The hours of sending began before all referrals were there');
  say('all are there, and wait for the hours of sending');
  await sendUrgent(scene, urgent, earlier);
  const own = new Set(
    [...bulk, ...urgent.map(({ referral }) => referral)].map(({ intake }) => intake.pathwayId),
  );
  const sent = await allSent(scene, own);
  return figuresOf(sent, rig.house.gateway.record().slice(earlier), { urgentPolicy, beginsAt, size });
}

/** One after the other while the batch is being sent. */
async function sendUrgent(
  { rig, signal }: BenchScene,
  urgent: readonly { readonly referral: Referral; readonly appointmentId: string }[],
  earlier: number,
): Promise<void> {
  while (rig.house.gateway.record().length <= earlier + limit) await pause(100, undefined, { signal });
  for (const { referral, appointmentId } of urgent) {
    const cancelled = { appointmentId, askedBy: 'provider', reason: 'staff-away' } as const;
    await Promise.all([
      referral.send(['cancel-appointment', cancelled]),
      pause((1_000 * oneUrgentIn) / limit, undefined, { signal }),
    ]);
  }
}

/** @returns the messages of these pathways, when none is left to send */
async function allSent({ rig, say, signal }: BenchScene, own: ReadonlySet<string>): Promise<MessageRow[]> {
  for (;;) {
    const { messages: all } = await readLedger(rig.house.postgres.url);
    const mine = all.filter(({ pathwayId }) => own.has(pathwayId));
    const left = unsettled(mine);
    if (left.length === 0) return mine;
    say(`${String(left.length)} of ${String(mine.length)} left`);
    await pause(2_000, undefined, { signal });
  }
}

function figuresOf(
  sent: readonly MessageRow[],
  creates: readonly CreateAttempt[],
  {
    urgentPolicy,
    beginsAt,
    size,
  }: { readonly urgentPolicy: DiversionPolicy; readonly beginsAt: number; readonly size: number },
): Figure[] {
  const accepted = creates.filter((create) => create.accepted);
  const at = accepted.map((create) => Date.parse(create.at)).toSorted((one, other) => one - other);
  // The last of a hundred wait for their own pauses and not for the limit.
  const busy = at.slice(0, Math.ceil(at.length * batchShare));
  const seconds = ((busy.at(-1) ?? 0) - (busy[0] ?? 0)) / 1_000;
  const acceptedAt = new Map(accepted.map((create) => [intentOf(create), Date.parse(create.at)]));
  const urgentPurposes: readonly string[] = urgentPolicy.messages.purposes ?? [];
  const waits = (isUrgent: boolean): number[] =>
    sent
      .filter(({ purpose }) => urgentPurposes.includes(purpose) === isUrgent)
      .flatMap(({ id, plannedAt }) => {
        const left = acceptedAt.get(id);
        const mayLeave = Math.max(Date.parse(plannedAt), isUrgent ? 0 : beginsAt);
        return left === undefined ? [] : [(left - mayLeave) / 1_000];
      });
  const [urgent, bulk] = [waits(true), waits(false)];
  return [
    counted('texts', size, null),
    counted('texts that the gateway took', acceptedAt.size, null, atLeast(size)),
    counted('texts that it took twice', accepted.length - acceptedAt.size, null, atMost(0)),
    counted('answers of 429', creates.filter(({ code }) => code === 20429).length, null),
    counted(
      'share of the limit that was used',
      (busy.length - 1) / (seconds * limit),
      null,
      atLeast(utilisationGoal),
    ),
    counted('p50 s from planned to taken, urgent', percentile(urgent, 0.5), null),
    counted('p99 s from planned to taken, urgent', percentile(urgent, 0.99), null, atMost(urgentGoalSeconds)),
    counted('p50 s from the hour of sending to taken, of the batch', percentile(bulk, 0.5), null),
    counted('max s from the hour of sending to taken, of the batch', Math.max(...bulk), null),
  ];
}

/** Of everything that is told this alone, from that time of the day on. */
async function policyWith(
  { db, policy }: Rig,
  policyId: string,
  purposes: readonly MessagePurpose[],
  sendFrom: string,
): Promise<DiversionPolicy> {
  const { perDay: _unlimited, reminders: _none, ...rest } = policy.messages;
  const own: DiversionPolicy = {
    ...policy,
    policyId,
    messages: { ...rest, purposes, sendFrom, sendUntil: '23:59' },
  };
  await savePolicy(db, own);
  return own;
}

function nextMinute(ms: number): number {
  return Math.ceil(ms / 60_000) * 60_000;
}

/** Before midnight, where there is still time for it. */
function appointmentToday(): ReturnType<typeof appointmentIn> {
  const startsAt = Date.now() + 1.5 * hourMs;
  return {
    ...appointmentIn(0),
    startsAt: toInstant(startsAt),
    endsAt: toInstant(startsAt + hourMs),
  };
}
