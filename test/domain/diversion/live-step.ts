import type { CarryFactData } from '../../../workflows/domain/common/command.ts';
import { nearest } from '../../../workflows/domain/common/deadline.ts';
import { toInstant } from '../../../workflows/domain/common/instant.ts';
import { addDaysToDate, localParts } from '../../../workflows/domain/common/london-time.ts';
import { runs } from '../../../workflows/domain/diversion/treatment.ts';
import type { Step } from './any-step.ts';
import type { JudgedLife } from './judged-life.ts';

const day = 24 * 3_600_000;

/** Does one step to a life: sends the command with the ids of this life, carries the fact, or lets time go by. */
export function run(
  life: JudgedLife,
  { what, data, role: sender, ago: before, organisationId: works }: Step,
): void {
  const given = {
    role: sender,
    occurredAt: toInstant(Date.parse(life.now) - before),
    ...(works === undefined ? {} : { organisationId: works }),
  };
  const inTime = (ms: number) => toInstant(Date.parse(life.now) + ms);
  // What is not given is not there, as in a body of JSON.
  const send = (name: string, sent: object): void => {
    life.take(life.command(name, JSON.parse(JSON.stringify(sent)), given));
  };
  switch (what) {
    case 'until':
      life.until(inTime(data as number));
      return;
    case 'until-appointment': {
      const ahead = life.at.appointments.find(
        ({ status, endsAt }) => status === 'booked' && endsAt > life.now,
      );
      if (ahead !== undefined) life.until(ahead.endsAt);
      return;
    }
    case 'until-clock': {
      const next = nearest(life.at.deadlines);
      if (next !== undefined) life.until(next.due);
      return;
    }
    case 'effort':
      // Seldom come upon by chance: a try on each of three days.
      for (const channel of ['phone', data, 'phone']) {
        send('record-contact-attempt', { channel, result: 'no-answer', by: 'person' });
        life.until(inTime(day));
      }
      return;
    case 'treat': {
      // As seldom: assessed, planned, begun and perhaps prescribed, by whoever has the person.
      const now = { role: 'ProviderWorker' } as const;
      const { modalityId = 'm1', ...kind } = data as { modalityId?: string };
      const later = {
        modalityId: `later-${String(life.ledger.length)}`,
        type: 'residential',
        prescribed: true,
      };
      for (const [name, sent] of [
        ['record-assessment', { substances: ['heroin'], result: 'suitable' }],
        ['agree-care-plan', { modalities: [{ modalityId, ...kind }, later] }],
        ['start-treatment', { modalityId }],
        ['start-prescription', { modalityId }],
      ] as const) {
        life.take(life.command(name, sent, now));
      }
      return;
    }
    case 'asleep':
      life.asleepUntil(inTime(data as number));
      return;
    case 'again': {
      // A clock of this life that ran, runs, or was cleared: fires again, late or early.
      const clock = life.seen[(data as number) % life.seen.length];
      if (clock !== undefined) life.pass(clock);
      return;
    }
    case 'carry-fact': {
      const { id, ...rest } = data as { id: number } & Omit<CarryFactData, 'factId'>;
      const correctsFactId = rest.fact === 'death-corrected' ? (life.deaths.at(-1) ?? 'none') : undefined;
      const carried = { factId: `${rest.fact}-${String(id)}`, ...rest, correctsFactId };
      life.engine(what, JSON.parse(JSON.stringify(carried)), given.occurredAt);
      return;
    }
    case 'share-contact': {
      const { attemptId } = data as { readonly attemptId: string | null };
      const shared = {
        factId: `share-${String(attemptId)}`,
        fromPathwayId: 'pathway-2',
        ...(data as object),
      };
      life.engine(what, shared, given.occurredAt);
      return;
    }
    case 'record-reply':
    case 'settle-reply':
      life.engine(what, resolved(life, what, data as Loose, inTime), given.occurredAt);
      return;
    case 'report-delivery':
    case 'report-internal-error':
      life.engine(what, data, given.occurredAt);
      return;
    default:
      send(what, resolved(life, what, data as Loose, inTime));
  }
}

type Loose = Readonly<Record<string, unknown>>;

/** With the ids of this life, and the times counted from now, from receipt or from an appointment. */
function resolved(life: JudgedLife, what: string, data: Loose, inTime: (ms: number) => string): Loose {
  const { back: place = 0, ...rest } = data as Loose & { readonly back?: number };
  const { appointments, needs, treatment, transfer, answeredTransfer, deadlines, receivedAt } = life.at;
  // Of what it fits, if there is any; else of all, so that the refusals are met too.
  const nth = <T>(all: readonly T[], fits: (each: T) => boolean): T | undefined =>
    (all.some(fits) ? all.filter(fits) : all).at(-1 - place);
  const begun = what !== 'start-treatment';
  const modalityId =
    nth(treatment.modalities, (each) => (begun ? runs(each) : each.startedAt === null))?.modalityId ??
    'unknown';
  const recorded = what === 'correct-attendance';
  const appointment = nth(appointments, ({ attendance, status }) =>
    recorded ? attendance !== null : status === 'booked',
  );
  const appointmentId = appointment?.appointmentId ?? 'unknown';
  switch (what) {
    case 'book-appointment':
    case 'reschedule-appointment': {
      const { ahead, lasts, replaced, ...more } = rest as { ahead: number; lasts: number; replaced?: number };
      const next = nth(appointments, ({ status, startsAt }) => status === 'booked' && startsAt > life.now);
      const replaces = replaced === undefined ? undefined : (next?.appointmentId ?? 'unknown');
      const named = what === 'book-appointment' ? { placeCode: 'p1', replaces } : { appointmentId };
      return { ...more, ...named, startsAt: inTime(ahead), endsAt: inTime(ahead + lasts) };
    }
    case 'cancel-appointment':
    case 'record-reply':
    case 'settle-reply':
      return { ...rest, appointmentId };
    case 'record-attendance':
    case 'correct-attendance': {
      const { leftAfter, arrivedAfter, ...more } = rest as { leftAfter?: number; arrivedAfter?: number };
      const { startsAt } = appointment ?? { startsAt: life.now };
      const after = (ms?: number) => (ms === undefined ? undefined : toInstant(Date.parse(startsAt) + ms));
      return { ...more, appointmentId, leftAt: after(leftAfter), arrivedAt: after(arrivedAfter) };
    }
    case 'undo-contact-attempt':
      return { attemptId: life.of('contact-attempted').at(-1 - (place % 2))?.commandId ?? 'unknown' };
    case 'start-treatment': {
      const { startedAfter, already } = rest as { startedAfter?: number; already?: object };
      const startedAt =
        startedAfter === undefined ? undefined : toInstant(Date.parse(receivedAt) + startedAfter);
      const named = already === undefined || data['back'] !== undefined ? modalityId : undefined;
      return { already, startedAt, modalityId: named };
    }
    case 'record-treatment-session':
    case 'start-prescription':
    case 'end-prescription':
    case 'end-modality':
      return { ...rest, modalityId };
    case 'close-need':
      return { ...rest, needId: nth(needs, ({ closedAt }) => closedAt === null)?.needId ?? 'unknown' };
    case 'accept-transfer':
    case 'decline-transfer':
    case 'take-back-transfer':
      return { ...rest, transferId: transfer?.transferId ?? answeredTransfer?.transferId ?? 'unknown' };
    case 'extend-closure-date': {
      const { days: count, ...more } = rest as { days: number };
      const limit = deadlines.find(({ rule }) => rule.startsWith('closure') && rule !== 'closure-warning');
      return { ...more, until: addDaysToDate(localParts(limit?.due ?? life.now).date, count) };
    }
    default:
      return rest;
  }
}
