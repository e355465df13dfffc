import { randomUUID } from 'node:crypto';
import { factTable, personFactNames, type PersonFactName } from '../../../api/fact-table.ts';
import { addDaysToDate, localParts } from '../../../workflows/domain/common/london-time.ts';
import type { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import { CaseInHand, WayBarredError } from './case-in-hand.ts';
import { refer } from './referring.ts';
import { inMs, untilTime, type Story } from './story.ts';

/*
 * The shortest way to each command of the voluntary path: what must be there before it, and the command itself, ready
 * to be sent. So a kill can be made to meet any of them, and none is left out because lives seldom come to it.
 */

type TableCommand = keyof typeof diversionTable.commands;

/** A command that is ready. */
type Ready = () => Promise<unknown>;
type Errand = (story: Story) => Promise<Ready>;

const worker = 'caseworker';
/** Of the provider that persons are transferred to. */
const otherWorker = 'kaleidoscope-caseworker';
/** How far ahead an appointment is that is changed: so far that no outage lasts so long, and within an hour, without a text. */
const laterMs = 1_800_000;
/** How far ahead an appointment is whose time is waited for. */
const shortlyMs = 1_000;

const commandErrands: Readonly<Record<TableCommand, Errand>> = {
  'receive-referral': (story) => Promise.resolve(() => refer(story)),
  'accept-referral': onNew((c) => () => c.send(worker, 'accept-referral', {})),
  'decline-referral': onNew((c) => () => c.send(worker, 'decline-referral', { reason: 'out-of-area' })),
  reroute: async (story) => {
    if (story.random.chance(0.5)) {
      const c = await CaseInHand.opened(story, { postcode: 'HR3 5ZZ' });
      return () => c.send('manager', 'reroute', { providerId: 'ddas', reason: 'no-route' });
    }
    const c = await CaseInHand.opened(story);
    return () => c.send('manager', 'reroute', { providerId: 'kaleidoscope', reason: 'wrong-area' });
  },
  'assign-caseworker': onNew((c) => () => c.send(worker, 'assign-caseworker', { workerId: 'u-301' })),
  'record-contact-attempt': async (story) => {
    const c = await CaseInHand.withSister(story);
    const result = story.random.pick(['no-answer', 'left-message', 'reached', 'declined'] as const);
    return () => c.send(worker, 'record-contact-attempt', { channel: 'phone', result, by: 'person' });
  },
  'undo-contact-attempt': async (story) => {
    const c = await CaseInHand.withSister(story);
    // Whoever takes part is waited for by few clocks.
    await c.sent(worker, 'record-engagement', { evidence: 'logged-in' });
    return () => tryAndUndo(c);
  },
  'record-engagement': onNew((c) => () => c.send(worker, 'record-engagement', { evidence: 'logged-in' })),
  'book-appointment': onNew((c) => () => book(c, laterMs)),
  'reschedule-appointment': onNew(async (c) => {
    const appointmentId = await booked(c, laterMs);
    const slot = { startsAt: inMs(laterMs + 60_000), endsAt: inMs(laterMs + 120_000) };
    return () =>
      c.send(worker, 'reschedule-appointment', {
        ...{ appointmentId, ...slot, askedBy: 'person', reason: 'work' },
      });
  }),
  'cancel-appointment': onNew(async (c) => {
    const appointmentId = await booked(c, laterMs);
    const asked = { askedBy: 'provider', reason: 'staff-away' } as const;
    return () => c.send(worker, 'cancel-appointment', { appointmentId, ...asked });
  }),
  'record-attendance': onNew(async (c) => {
    const appointmentId = await heldJustNow(c);
    const attendance = c.story.random.pick(['attended-and-remained', 'absent', 'provider-caused'] as const);
    return () => c.send(worker, 'record-attendance', { appointmentId, attendance });
  }),
  'correct-attendance': onNew(async (c) => {
    const appointmentId = await heldJustNow(c);
    const [was, is] = c.story.random.chance(0.5)
      ? (['attended-and-remained', 'absent'] as const)
      : (['absent', 'attended-and-remained'] as const);
    await c.sent(worker, 'record-attendance', { appointmentId, attendance: was });
    const corrected = { appointmentId, attendance: is, reason: 'wrong-person' } as const;
    return () => c.send(worker, 'correct-attendance', corrected);
  }),
  'record-assessment': onNew((c) => () => assess(c)),
  'agree-care-plan': onNew(async (c) => {
    await assess(c);
    return () => plan(c, randomUUID());
  }),
  'start-treatment': onNew(async (c) => {
    const modalityId = randomUUID();
    await assess(c);
    await plan(c, modalityId);
    return () => c.send(worker, 'start-treatment', { modalityId });
  }),
  'record-treatment-session': onNew(async (c) => {
    const modalityId = await treated(c);
    const session = { kind: 'one-to-one', result: 'attended' } as const;
    return () => c.send(worker, 'record-treatment-session', { modalityId, ...session });
  }),
  'start-prescription': onNew(async (c) => {
    const modalityId = await treated(c);
    return () => c.send(worker, 'start-prescription', { modalityId });
  }),
  'end-prescription': onNew(async (c) => {
    const modalityId = await treated(c);
    await c.sent(worker, 'start-prescription', { modalityId });
    return () => c.send(worker, 'end-prescription', { modalityId, reason: 'completed' });
  }),
  'record-treatment-test': onNew((c) => {
    const results = [{ substance: 'cannabis', result: 'negative' } as const];
    return () => c.send(worker, 'record-treatment-test', { results });
  }),
  'end-modality': onNew(async (c) => {
    const modalityId = await treated(c);
    if (c.story.random.chance(0.5)) await c.sent(worker, 'start-prescription', { modalityId });
    return () => c.send(worker, 'end-modality', { modalityId, reason: 'completed' });
  }),
  'record-positive-outcome': onNew(
    (c) => () => c.send(worker, 'record-positive-outcome', { outcome: 'housed' }),
  ),
  'add-need': onNew((c) => () => c.send(worker, 'add-need', { needId: randomUUID(), code: 'housing' })),
  'close-need': onNew(async (c) => {
    const needId = randomUUID();
    await c.sent(worker, 'add-need', { needId, code: 'counselling' });
    return () => c.send(worker, 'close-need', { needId, result: 'met' });
  }),
  'record-condition-result': async (story) => {
    const conditionId = randomUUID();
    const c = await CaseInHand.opened(story, { conditionId });
    const result = story.random.pick(['met', 'not-met', 'excused'] as const);
    return () => c.send(worker, 'record-condition-result', { conditionId, result });
  },
  'acknowledge-non-compliance': async (story) => {
    const conditionId = randomUUID();
    const c = await CaseInHand.opened(story, { conditionId });
    await c.sent(worker, 'record-condition-result', { conditionId, result: 'not-met' });
    return () => c.send('officer', 'acknowledge-non-compliance', { conditionId });
  },
  'extend-closure-date': onNew((c) => {
    // Three months are at most 92 days, and it may be put off by four weeks.
    const until = addDaysToDate(localParts(inMs(0)).date, 100);
    return () => c.send('provider-manager', 'extend-closure-date', { until, reason: 'about-to-engage' });
  }),
  'close-pathway': onNew(async (c) => {
    if (c.story.random.chance(0.5)) await treated(c);
    return () => c.send(worker, 'close-pathway', { reason: 'declined' });
  }),
  'reopen-pathway': onNew(async (c) => {
    const treatedBefore = c.story.random.chance(0.5);
    if (treatedBefore) await treated(c);
    await c.sent(worker, 'close-pathway', { reason: 'declined' });
    const reason = treatedBefore ? 'closed-in-error' : 'came-back';
    return () => c.send(worker, 'reopen-pathway', { reason });
  }),
  'record-move': onNew((c) => () => c.send(worker, 'record-move', { residence: { postcode: 'LD3 1ZZ' } })),
  'transfer-pathway': onNew((c) => () => offer(c)),
  'accept-transfer': onNew(async (c) => {
    const transferId = await offered(c);
    return () => c.send(otherWorker, 'accept-transfer', { transferId });
  }),
  'decline-transfer': onNew(async (c) => {
    const transferId = await offered(c);
    return () => c.send(otherWorker, 'decline-transfer', { transferId, reason: 'no-capacity' });
  }),
  'take-back-transfer': onNew(async (c) => {
    const transferId = await offered(c);
    return () => c.send(worker, 'take-back-transfer', { transferId });
  }),
  // Where nothing is booked: a text would wait for the morning in a run at night.
  'send-page-link': onNew((c) => () => c.send(worker, 'send-page-link', {}, { expected: 'refused' })),
  'set-iom-flag': onNew((c) => {
    const user = c.story.random.pick([worker, 'officer']);
    return () => c.send(user, 'set-iom-flag', { designated: true });
  }),
  'add-note': onNew((c) => () => c.send(worker, 'add-note', { text: `Nodyn ${randomUUID()}` })),
  'amend-details': onNew((c) => {
    // Another postcode takes a referral that nobody has accepted to another provider.
    const [changes, user] = c.story.random.pick([
      [{ forenames: 'Siân Elin' }, worker],
      [{ mobile: '07700 900123' }, 'officer'],
      [{ postcode: 'LD3 1ZZ' }, 'manager'],
      [{ postcode: 'LD3 1ZZ' }, worker],
    ] as const);
    return () => c.send(user, 'amend-details', { changes, reason: 'entered-wrongly' });
  }),
  'void-pathway': onNew((c) => {
    const user = c.story.random.pick(['officer', 'manager']);
    return () => c.send(user, 'void-pathway', { reason: 'wrong-person' });
  }),
  'reassign-person': async (story) => {
    const c = await CaseInHand.withSister(story);
    await c.sent(worker, 'record-contact-attempt', { channel: 'phone', result: 'no-answer', by: 'person' });
    await c.told('safety-flag');
    const person = { surname: `Arall${String(story.number)}`, birthDate: '1991-04-02' };
    return () => c.send('manager', 'reassign-person', { person, reason: 'false-identity' });
  },
  'rebase-policy': onNew(
    (c) => () => c.send('manager', 'rebase-policy', { version: 2, reason: 'rule-changed' }),
  ),
};

const factErrands: Readonly<Record<PersonFactName, Errand>> = {
  death: onSisters((c) => () => c.tell('death')),
  'death-corrected': onSisters(async (c) => {
    if (c.story.random.chance(0.5)) await treated(c);
    const correctsFactId = await c.told('death');
    return () => c.tell('death-corrected', { correctsFactId });
  }),
  'stop-texts': onSisters((c) => () => c.tell('stop-texts')),
  'texts-allowed': onSisters(async (c) => {
    await c.told('stop-texts');
    return () => c.tell('texts-allowed');
  }),
  custody: onSisters((c) => () => c.tell('custody')),
  release: onSisters(async (c) => {
    await c.told('custody');
    return () => c.tell('release');
  }),
  'consent-given': onSisters(async (c) => {
    await c.told('consent-withdrawn', { purpose: 'sharing' });
    return () => c.tell('consent-given', { purpose: 'sharing' });
  }),
  'consent-withdrawn': onSisters((c) => {
    const purpose = c.story.random.pick(['sharing', 'treatment', 'texts']);
    return () => c.tell('consent-withdrawn', { purpose });
  }),
  'contact-preferences': onSisters((c) => {
    const text = c.story.random.pick(['yes', 'no', 'unknown']);
    return () => c.tell('contact-preferences', { preferences: { text, voicemail: 'no' } });
  }),
  'safety-flag': onSisters((c) => () => c.tell('safety-flag')),
  'safety-flag-lifted': onSisters(async (c) => {
    await c.told('safety-flag');
    return () => c.tell('safety-flag-lifted');
  }),
};

const errands: ReadonlyMap<string, Errand> = new Map([
  ...Object.entries(commandErrands),
  ...personFactNames.map((fact) => [factTable[fact].command, factErrands[fact]] as const),
]);

/** Every command of the voluntary path, those among them that record facts about the person. */
export const errandNames: readonly string[] = [...errands.keys()];

/** What is refused at every hour, and is met when it was. */
export const refusedErrands: readonly string[] = ['send-page-link'] satisfies TableCommand[];

/**
 * Does what comes before the command.
 *
 * @returns what sends it; where the way there was barred, which the story knows, that does nothing
 * @throws Error when there is no such command
 */
export async function prepareErrand(story: Story, name: string): Promise<() => Promise<void>> {
  const errand = errands.get(name);
  if (errand === undefined) throw new Error(`There is no errand for ${name}`);
  const ready = await unlessBarred(() => errand(story));
  return async () => {
    if (ready !== undefined) await unlessBarred(ready);
  };
}

async function unlessBarred<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WayBarredError) return undefined;
    throw error;
  }
}

type Way = (c: CaseInHand) => Ready | Promise<Ready>;

function onNew(way: Way): Errand {
  return async (story) => way(await CaseInHand.opened(story));
}

function onSisters(way: Way): Errand {
  return async (story) => way(await CaseInHand.withSister(story));
}

/** An appointment so far ahead, said to be booked now, so that it may be heard of after it has begun. */
function book(c: CaseInHand, aheadMs: number): Promise<string | undefined> {
  const slot = { startsAt: inMs(aheadMs), endsAt: inMs(aheadMs + 20) };
  const booking = { ...slot, kind: 'first-meeting', placeCode: 'ddas-carmarthen' } as const;
  return c.send(worker, 'book-appointment', booking, { occurredAt: inMs(0) });
}

async function booked(c: CaseInHand, aheadMs: number): Promise<string> {
  const appointmentId = await book(c, aheadMs);
  if (appointmentId === undefined) throw new WayBarredError('The appointment is not there');
  return appointmentId;
}

/** @returns the appointment, when its time has come */
async function heldJustNow(c: CaseInHand): Promise<string> {
  const endsAt = Date.now() + shortlyMs + 20;
  const appointmentId = await booked(c, shortlyMs);
  await untilTime(endsAt + 10);
  return appointmentId;
}

/** A clock that passes in between is something else that was recorded; then the attempt stays, and there is another. */
async function tryAndUndo(c: CaseInHand, times = 3): Promise<void> {
  const result = c.story.random.pick(['no-answer', 'reached'] as const);
  const attempt = { channel: 'phone', result, by: 'person' } as const;
  const attemptId = await c.sent(worker, 'record-contact-attempt', attempt);
  const undone = await c.send(worker, 'undo-contact-attempt', { attemptId }, { expected: 'either' });
  if (undone === undefined && times > 1) await tryAndUndo(c, times - 1);
}

function assess(c: CaseInHand): Promise<string> {
  return c.sent(worker, 'record-assessment', { substances: ['cannabis'], result: 'suitable' });
}

function plan(c: CaseInHand, modalityId: string): Promise<string> {
  const modalities = [{ modalityId, type: 'psychosocial', prescribed: false } as const];
  return c.sent(worker, 'agree-care-plan', { modalities });
}

/** @returns the strand that ran before the referral came */
function treated(c: CaseInHand): Promise<string> {
  return c.sent(worker, 'start-treatment', { already: { type: 'pharmacological', prescribed: true } });
}

function offer(c: CaseInHand): Promise<string | undefined> {
  return c.send(worker, 'transfer-pathway', { providerId: 'kaleidoscope', reason: 'persons-choice' });
}

async function offered(c: CaseInHand): Promise<string> {
  const transferId = await offer(c);
  if (transferId === undefined) throw new WayBarredError('The offer is not there');
  return transferId;
}
