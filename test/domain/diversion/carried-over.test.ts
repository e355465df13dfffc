import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { localParts } from '../../../workflows/domain/common/london-time.ts';
import type { Instant } from '../../../workflows/domain/common/instant.ts';
import type { CaseSoFar } from '../../../workflows/domain/diversion/carried-over.ts';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { caseColumns, judgeCase } from '../../../workflows/domain/diversion/open-case.ts';
import type { CaseCells, OpenCase } from '../../../workflows/domain/diversion/open-case.ts';
import { local, referral, ReferralLife } from './referral-life.ts';

const notYet: CaseSoFar = {
  firstContactAt: null,
  attempts: null,
  assessedAt: null,
  nextAppointmentAt: null,
  treatmentStartedAt: null,
  workerId: null,
};

/** A case received then, taken over now, having come so far. */
function takenOver(
  received: string,
  now: string,
  soFar: Partial<Record<keyof CaseSoFar, string | number>> = {},
): ReferralLife {
  const at = (name: keyof CaseSoFar): Instant | null =>
    soFar[name] === undefined ? null : local(String(soFar[name]));
  const life = new ReferralLife(local(now));
  const data: ReferralData = referral({
    receivedAt: local(received),
    source: { source: 'police', via: 'caseload-import' },
    ...{ offenceCode: null, offenceDate: null },
    soFar: {
      ...notYet,
      firstContactAt: at('firstContactAt'),
      attempts: typeof soFar.attempts === 'number' ? soFar.attempts : null,
      assessedAt: at('assessedAt'),
      nextAppointmentAt: at('nextAppointmentAt'),
      treatmentStartedAt: at('treatmentStartedAt'),
      workerId: typeof soFar.workerId === 'string' ? soFar.workerId : null,
    },
  });
  return life.do('receive-referral', data, { role: 'ProviderManager', commandId: 'row-1' });
}

function dates(life: ReferralLife): string[] {
  return life.ledger.map(({ type, occurredAt }) => `${type} ${localParts(occurredAt).date}`);
}

describe('M190 a case that was open elsewhere', () => {
  test('is one decision of its true dates, taken by its provider since receipt', () => {
    const life = takenOver('2026-09-01 00:00', '2026-10-20 12:00', {
      firstContactAt: '2026-09-03 00:00',
      attempts: 2,
      assessedAt: '2026-09-10 00:00',
      treatmentStartedAt: '2026-09-17 00:00',
      nextAppointmentAt: '2026-10-27 10:30',
      workerId: 'worker-1',
    });
    expect(dates(life)).toEqual([
      'referral-received 2026-09-01',
      'referral-accepted 2026-09-01',
      'first-contact-carried-over 2026-09-03',
      'attempts-carried-over 2026-10-20',
      'assessment-recorded 2026-09-10',
      'engagement-recorded 2026-09-10',
      'treatment-started 2026-09-17',
      'appointment-booked 2026-10-20',
      'caseworker-assigned 2026-10-20',
    ]);
    expect(new Set(life.ledger.map(({ commandId }) => commandId))).toEqual(new Set(['row-1']));
    expect(life.at).toMatchObject({
      stage: 'in-treatment',
      contact: { attempts: 2, tries: [], reachedAt: local('2026-09-03 00:00') },
      engagement: { at: local('2026-09-10 00:00') },
      assessment: { result: 'not-known', substances: [] },
      acceptance: { acceptedAt: local('2026-09-01 00:00'), workerId: 'worker-1' },
      appointments: [{ kind: 'treatment', placeCode: 'not-known', status: 'booked' }],
    });
    expect(life.at.treatment.modalities).toMatchObject([{ type: 'not-known', prescribed: false }]);
    expect(life.at.deadlines.map(({ rule }) => rule).sort()).toEqual([
      ...['closure', 'closure-warning', 'feedback', 'reminder'],
    ]);
    expect(life.intents).toEqual([]);
  });

  test.each<[string, Partial<Record<keyof CaseSoFar, string | number>>, string, string[]]>([
    ['not reached', {}, 'awaiting-contact', ['closure', 'closure-warning', 'first-contact']],
    [
      'not reached, tried',
      { attempts: 3 },
      'awaiting-contact',
      ['closure', 'closure-warning', 'contact-effort'],
    ],
    [
      'reached',
      { firstContactAt: '2026-10-02 00:00' },
      'contacted',
      ['booking', 'closure', 'closure-warning'],
    ],
    [
      'with an appointment',
      { firstContactAt: '2026-10-02 00:00', nextAppointmentAt: '2026-10-27 10:30' },
      'appointment-booked',
      ['closure', 'closure-warning', 'feedback', 'reminder'],
    ],
    ['assessed', { assessedAt: '2026-10-02 00:00' }, 'assessed', ['closure', 'closure-warning']],
    [
      'in treatment',
      { treatmentStartedAt: '2026-10-02 00:00' },
      'in-treatment',
      ['closure', 'closure-warning'],
    ],
  ])('%s stands at its stage with its clocks', (_, soFar, stage, rules) => {
    const life = takenOver('2026-10-01 00:00', '2026-10-20 12:00', soFar);
    expect(life.at.stage).toBe(stage);
    expect(life.at.deadlines.map(({ rule }) => rule).sort()).toEqual(rules);
  });

  test('shows at once what is overdue, since its true date', () => {
    const waiting = takenOver('2026-09-01 00:00', '2026-10-20 12:00').until(local('2026-10-20 12:00'));
    expect(waiting.at.attention).toMatchObject([
      { code: 'no-first-contact', since: local('2026-09-04 00:00') },
    ]);
    const reached = takenOver('2026-09-01 00:00', '2026-10-20 12:00', { firstContactAt: '2026-09-02 00:00' });
    reached.until(local('2026-10-20 12:00'));
    expect(reached.at.attention).toMatchObject([
      { code: 'nothing-booked', since: local('2026-09-17 00:00') },
    ]);
    expect(reached.of('deadline-passed')[0]).toMatchObject({
      occurredAt: local('2026-10-20 12:00'),
      data: { rule: 'booking', due: local('2026-09-17 00:00') },
    });
  });

  test('tries on days that nobody knows close nothing as no contact, however many', () => {
    const life = takenOver('2026-09-01 00:00', '2026-09-02 12:00', { attempts: 9 });
    life.until(local('2026-09-20 12:00'));
    expect(life.at.closure).toBeNull();
    expect(life.codes).toContain('too-few-tries');
    const { refusal } = life.take(life.command('close-pathway', { reason: 'no-contact' }));
    expect(refusal).toMatchObject({ code: 'condition-not-met', details: { tries: { made: 0 } } });
  });

  test('past three months closes at once, late, with its true due date, engaged or not', () => {
    const closed = (soFar: Partial<Record<keyof CaseSoFar, string | number>>) => {
      const life = takenOver('2026-06-15 00:00', '2026-11-22 12:00', soFar).until(local('2026-11-22 12:00'));
      const passed = life
        .of('deadline-passed')
        .find(({ data }) => JSON.stringify(data).includes('"closure"'));
      expect(passed).toMatchObject({
        occurredAt: local('2026-11-22 12:00'),
        data: { due: local('2026-09-16 00:00') },
      });
      return [life.at.closure?.reason, life.at.closure?.at, life.at.stage];
    };
    const due = local('2026-09-16 00:00');
    expect(closed({})).toEqual(['not-engaged-in-time', due, 'finished']);
    expect(closed({ assessedAt: '2026-07-01 00:00' })).toEqual(['engaged-then-ended', due, 'finished']);
    expect(closed({ nextAppointmentAt: '2026-11-21 10:00' })[1]).toBe(due);
  });

  test.each([
    ['ahead and within 28 days after the limit', '2026-11-24 17:45', null],
    ['on the last of the 28 days', '2026-11-27 23:00', null],
    ['later', '2026-11-28 00:00', '2026-10-31 00:00'],
    ['over already', '2026-11-20 10:00', '2026-10-31 00:00'],
  ])('past three months with an appointment %s', (_, nextAppointmentAt, closedAt) => {
    const life = takenOver('2026-07-30 00:00', '2026-11-22 12:00', {
      firstContactAt: '2026-11-05 00:00',
      nextAppointmentAt,
    });
    life.until(local('2026-11-22 12:00'));
    expect(life.at.closure?.at ?? null).toBe(closedAt === null ? null : local(closedAt));
    if (closedAt !== null) return;
    // It waits for that, and for the word on what came of it; then it closes.
    expect(life.of('closure-deferred')).toMatchObject([{ occurredAt: local('2026-10-31 00:00') }]);
    life.until(local('2026-12-20 12:00'));
    expect(life.at.closure).toMatchObject({ reason: 'not-engaged-in-time' });
  });

  test('in treatment past the limit is concluded there, and the treatment goes on', () => {
    const life = takenOver('2026-06-15 00:00', '2026-11-22 12:00', {
      assessedAt: '2026-06-20 00:00',
      treatmentStartedAt: '2026-06-27 00:00',
      nextAppointmentAt: '2026-11-25 10:00',
    }).until(local('2026-11-22 12:00'));
    expect(life.at).toMatchObject({
      stage: 'concluded',
      concludedAt: local('2026-09-16 00:00'),
      closure: null,
    });
    expect(life.at.appointments).toMatchObject([{ status: 'booked' }]);
  });

  test('M237 sends nothing about what is over, and reminds of what is ahead', () => {
    const past = takenOver('2026-10-01 00:00', '2026-10-20 12:00', { nextAppointmentAt: '2026-10-19 10:00' });
    past.until(local('2026-10-20 12:00'));
    expect(past.intents).toEqual([]);
    const coming = takenOver('2026-10-01 00:00', '2026-10-20 12:00', {
      nextAppointmentAt: '2026-10-22 10:00',
    });
    coming.until(local('2026-10-21 12:00'));
    expect(coming.intents).toMatchObject([{ purpose: 'appointment-reminder' }]);
  });

  test('what the assessment found can still be said of that day', () => {
    const life = takenOver('2026-10-01 00:00', '2026-10-20 12:00', { assessedAt: '2026-10-10 00:00' });
    life.do(
      'record-assessment',
      { substances: ['cannabis'], result: 'suitable' },
      { occurredAt: local('2026-10-10 00:00') },
    );
    expect(life.at.assessment).toMatchObject({ result: 'suitable' });
  });

  test.each<[string, Partial<ReferralData>]>([
    ['of another way of referring', { source: { source: 'police', via: 'acr' }, soFar: notYet }],
    ['with a fact before the referral', { soFar: { ...notYet, assessedAt: local('2026-02-01 00:00') } }],
    ['with a fact that is to come', { soFar: { ...notYet, firstContactAt: local('2026-05-01 00:00') } }],
  ])('is refused %s', (_, changed) => {
    const life = new ReferralLife(local('2026-04-01 10:00'));
    const data = referral({ source: { source: 'police', via: 'caseload-import' }, ...changed });
    const { refusal } = diversion.decide(
      undefined,
      life.command('receive-referral', data, { role: 'Manager' }),
      life.now,
    );
    expect(refusal?.code).toBe('condition-not-met');
  });
});

/*
 * The sample on 22 November 2026, by hand. Received on 21 August or before: past three months.
 *   PR210001 waits: 30 July, limit 30 October, appointment 24 November
 *   PR210003 closes: 1 August, never reached; PR210012 closes: 11 August, assessed
 * All others go on: nobody is in treatment past the limit.
 */
describe('the sample of a provider’s caseload', () => {
  const text = readFileSync(new URL('../../data/provider-caseload.sample.csv', import.meta.url), 'utf8');
  const rows = parse<CaseCells>(text, { columns: true, bom: true });
  const now = '2026-11-22T12:00:00.000Z';

  function judged(cells: CaseCells): OpenCase {
    const verdict = judgeCase(cells, now);
    if (verdict.verdict !== 'case') throw new Error(`${cells.ProviderRef} ${JSON.stringify(verdict)}`);
    expect(verdict.unread).toEqual([]);
    return verdict.openCase;
  }

  test('has 20 cases in the known columns', () => {
    expect(rows).toHaveLength(20);
    expect(Object.keys(rows[0] ?? {})).toEqual([...caseColumns]);
    expect(rows.map(judged)).toHaveLength(20);
  });

  test('closes two at once with their true due dates, lets one wait, and the rest go on', () => {
    const ended = rows.map((cells) => {
      const { receivedAt, birthDate, worker, ...openCase } = judged(cells);
      const life = new ReferralLife(now);
      const data = referral({
        ...{ receivedAt, birthDate, offenceCode: null, offenceDate: null },
        source: { source: 'police', via: 'caseload-import' },
        soFar: { ...openCase, workerId: worker },
      });
      life.do('receive-referral', data, { role: 'ProviderManager' }).until(now);
      const { closure, closureDeferredTo, concludedAt } = life.at;
      return [
        cells.ProviderRef,
        closure?.reason,
        closure?.at,
        closureDeferredTo !== null,
        concludedAt,
      ] as const;
    });
    expect(ended.filter(([, reason, , waits, concluded]) => reason ?? (waits || concluded !== null))).toEqual(
      [
        ['PR210001', undefined, undefined, true, null],
        ['PR210003', 'not-engaged-in-time', local('2026-11-02 00:00'), false, null],
        ['PR210012', 'engaged-then-ended', local('2026-11-12 00:00'), false, null],
      ],
    );
  });
});
