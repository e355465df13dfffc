import type { FaultScript } from '../../../stand-ins/twilio-faults.ts';
import type { MailFaultScript } from '../../../stand-ins/mail-faults.ts';
import type { House } from '../../../scripts/house/house.ts';
import type { SeededRandom } from '../../../scripts/house/seeded-random.ts';

/** What a gateway can be asked to do wrong, for one phone: each strikes once. */
export interface Harm {
  /** What is not at the gateway when it is looked for there stays open for a quarter of an hour. */
  readonly slow: boolean;
}

const taken: readonly FaultScript[] = [
  { on: 'create', does: 'accept-then-500' },
  { on: 'create', does: 'accept-then-reset' },
  { on: 'create', does: 'too-many', retryAfterSeconds: 1 },
  { on: 'create', does: 'too-many' },
  { on: 'create', does: 'refuse', code: 21612 },
  { on: 'list', does: '500' },
  { on: 'list', does: 'reset' },
  { on: 'list', does: 'lag' },
];

/** The client gives up after 15 seconds. */
const hanging: readonly FaultScript[] = [
  { on: 'create', does: 'accept-then-hang' },
  { on: 'list', does: 'hang' },
];

/** Nobody will ever know of these that nothing left: a quarter of an hour later a person is told. */
const nowhere: readonly FaultScript[] = [
  { on: 'create', does: '500' },
  { on: 'create', does: 'reset' },
  { on: 'create', does: 'hang' },
];

const fates: readonly FaultScript[] = [
  { on: 'delivery', does: 'failed', code: 30007 },
  { on: 'delivery', does: 'undelivered', code: 30003 },
  { on: 'delivery', does: 'undelivered', code: 30003 },
  { on: 'delivery', does: 'undelivered', code: 30005 },
  { on: 'delivery', does: 'failed', code: 30008 },
  { on: 'delivery', does: 'stay-queued', queuedSeconds: 5 },
];

const callbacks: readonly FaultScript[] = [
  { on: 'callback', does: 'twice' },
  { on: 'callback', does: 'reversed' },
  { on: 'callback', does: 'late', lateSeconds: 4 },
  { on: 'callback', does: 'forged' },
  { on: 'callback', does: 'unsigned' },
  { on: 'callback', does: 'drop' },
];

const mailFaults: readonly MailFaultScript[] = [
  { does: 'refuse-recipient' },
  { does: 'defer-recipient' },
  { does: 'drop-at-recipient' },
  { does: 'refuse-content' },
  { does: 'defer-content' },
  { does: 'drop-content' },
  { does: 'accept-then-drop' },
  { does: 'accept-then-421' },
];

const hangingMails: readonly MailFaultScript[] = [{ does: 'accept-then-hang' }, { does: 'hang-content' }];

/** Scripts what becomes of the next texts to a phone: of ten about six meet something. */
export async function harmTexts(
  { gateway }: Pick<House, 'gateway'>,
  to: string,
  random: SeededRandom,
  { slow }: Harm,
): Promise<void> {
  const some = <T>(list: readonly T[], most: number): T[] =>
    Array.from({ length: random.between(0, most) }, () => random.pick(list));
  const creates = [
    ...some(taken, 4),
    ...(random.chance(slow ? 0.2 : 0.05) ? [random.pick(hanging)] : []),
    ...(slow && random.chance(0.1) ? [random.pick(nowhere)] : []),
  ];
  const scripts = [...random.shuffled(creates), ...some(fates, 2), ...some(callbacks, 4)];
  for (const script of scripts) await post(gateway.url, { ...script, to });
}

/** The gateway never says what becomes of the texts to a phone. */
export async function loseCallbacks({ gateway }: Pick<House, 'gateway'>, to: string): Promise<void> {
  await post(gateway.url, { on: 'callback', does: 'drop', times: 1_000, to });
}

/** Scripts what becomes of the next mails to anybody. */
export async function harmMails(
  { inbox }: Pick<House, 'inbox'>,
  random: SeededRandom,
  count: number,
  { slow }: Harm,
): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    await post(inbox.url, random.pick(slow && random.chance(0.1) ? hangingMails : mailFaults));
  }
}

async function post(url: string, script: unknown): Promise<void> {
  const answer = await fetch(`${url}/stand-in/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(script),
  });
  if (answer.status !== 201) throw new Error(`A fault was not scripted: ${await answer.text()}`);
}
