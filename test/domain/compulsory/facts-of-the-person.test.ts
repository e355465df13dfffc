import { describe, expect, test } from '@jest/globals';
import { CompulsoryCase, day, hour, initial, plus, variationData } from './compulsory-case.ts';

const death = { factId: 'fact-1', fact: 'death' } as const;
const stop = { factId: 'fact-2', fact: 'stop-texts' } as const;

describe('edge case 29: a death noted in error', () => {
  const mistaken = { factId: 'fact-2', fact: 'death-corrected', correctsFactId: 'fact-1' } as const;

  test.each([
    ['just tested', () => CompulsoryCase.tested(), 'awaiting-requirement'],
    ['required', () => CompulsoryCase.required(), 'initial-assessment'],
    ['missed', () => CompulsoryCase.missed(), 'good-cause-review'],
    ['breached', () => CompulsoryCase.breached(), 'initial-assessment'],
  ] as const)(
    'opens the case again for a person to look at; nothing starts by itself: %s',
    (_name, reach, stage) => {
      const it = reach();
      const { requirements } = it.state;
      it.tell('carry-fact', death);
      it.tell('carry-fact', mistaken, { at: plus(it.now, day) });
      expect(it.stage).toBe(stage);
      expect(it.state).toMatchObject({
        finished: false,
        closed: null,
        diedAt: null,
        deadlines: [],
        requirements,
      });
      expect(it.state.attention).toMatchObject([{ code: 'death-corrected', owner: 'DipOfficer' }]);
      expect(it.state.appointments.filter(({ status }) => status === 'booked')).toEqual([]);
      expect(it.state.breaches.filter(({ status }) => status === 'in-force')).toEqual([]);
      expect(it.intents).toEqual([]);
    },
  );

  test('a task withdrawn for the death stays withdrawn, until the unit has acknowledged it too', () => {
    const it = CompulsoryCase.tasked('RED');
    it.tell('carry-fact', death);
    it.tell('carry-fact', mistaken);
    expect(it.state.tasks).toMatchObject([{ status: 'withdrawn' }]);
    expect(it.attention).toEqual(['death-corrected', 'withdrawal-unacknowledged task-1']);
    it.take('acknowledge-task', { taskId: 'task-1' });
    expect(it.attention).toEqual(['death-corrected']);
    expect(it.state).toMatchObject({ finished: false, breaches: [{ status: 'withdrawn' }] });
  });

  test('the duty goes on with a new notice, and whoever acts has seen it', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', death);
    it.tell('carry-fact', mistaken);
    it.take('vary-appointment', variationData(it.now));
    expect(it.attention).toEqual([]);
    expect(it.clocks.join()).toContain('feedback ia-2');
  });

  test('after another end that end stays', () => {
    const it = CompulsoryCase.required();
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-remained', followUp: { released: true } },
      { at: initial.endsAt },
    );
    it.tell('carry-fact', death);
    it.tell('carry-fact', mistaken);
    expect(it.state).toMatchObject({ diedAt: null, closed: { reason: 'discharged' }, finished: true });
    expect(it.attention).toEqual([]);
  });

  test('once; carried before the death it keeps that from doing anything; without the death it is refused', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', mistaken);
    expect(it.refusedRaw(it.engine('carry-fact', death)).code).toBe('already-done');
    expect(it.refusedRaw(it.engine('carry-fact', mistaken)).code).toBe('already-done');
    expect([it.stage, it.attention]).toEqual(['initial-assessment', []]);
    const { correctsFactId: _none, ...vague } = mistaken;
    expect(it.refusedRaw(it.engine('carry-fact', vague)).code).toBe('condition-not-met');
    it.tell('carry-fact', { ...death, factId: 'fact-9' });
    expect(it.stage).toBe('died');
  });
});

describe('custody', () => {
  const custody = { factId: 'fact-5', fact: 'custody' } as const;
  const release = { factId: 'fact-6', fact: 'release' } as const;

  test('is for the reviewer to weigh: no clock stops, nothing is excused or withdrawn', () => {
    const it = CompulsoryCase.tasked('RED');
    const { clocks, stage } = it;
    const { tasks, breaches } = it.state;
    it.tell('carry-fact', custody);
    expect(it.attention).toContain('in-custody');
    expect([it.clocks, it.stage]).toEqual([clocks, stage]);
    expect(it.state).toMatchObject({ tasks, breaches });
    it.tell('carry-fact', release);
    expect(it.attention).not.toContain('in-custody');
  });

  test('on the day of the appointment stays in sight until good cause is decided, also after the release', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', custody, { at: plus(initial.startsAt, -hour) });
    it.take('record-attendance', { appointmentId: 'ia-1', attendance: 'absent' }, { at: initial.endsAt });
    expect(it.stage).toBe('good-cause-review');
    it.tell('carry-fact', release, { at: plus(it.now, hour) });
    expect(it.attention).toContain('in-custody');
    const failureId = it.state.failures[0]?.failureId ?? '';
    it.take('decide-good-cause', { failureId, decision: 'accepted', reasonCode: 'in-custody' });
    expect(it.attention).not.toContain('in-custody');
  });

  test('no reminder goes there', () => {
    const it = CompulsoryCase.required();
    it.tell('carry-fact', custody);
    it.waitUntil(initial.startsAt);
    expect(it.intents).toEqual([]);
  });

  test('asks nobody before anything is required; each twice, or older, is already done', () => {
    const it = CompulsoryCase.tested();
    it.tell('carry-fact', custody);
    expect(it.attention).toEqual([]);
    expect(it.refusedRaw(it.engine('carry-fact', { ...custody, factId: 'x' })).code).toBe('already-done');
    expect(it.refusedRaw(it.engine('carry-fact', release, { occurredAt: plus(it.now, -day) })).code).toBe(
      'already-done',
    );
    it.tell('carry-fact', release, { at: plus(it.now, day) });
    expect(it.refusedRaw(it.engine('carry-fact', { ...release, factId: 'x' })).code).toBe('already-done');
    expect(
      it.refusedRaw(it.engine('carry-fact', { ...custody, factId: 'y' }, { occurredAt: plus(it.now, -hour) }))
        .code,
    ).toBe('already-done');
  });
});

describe('consent and duty are apart', () => {
  test.each(['sharing', 'treatment', 'national-data', 'care-record'] as const)(
    'edge case 30: withdrawn for %s it stops no duty and no clock',
    (purpose) => {
      const it = CompulsoryCase.required();
      for (const fact of ['consent-withdrawn', 'consent-given']) {
        expect(it.refusedRaw(it.engine('carry-fact', { factId: 'f', fact, purpose })).code).toBe(
          'already-done',
        );
      }
    },
  );

  test.each([
    { fact: 'contact-preferences', preferences: { text: 'no' } },
    { fact: 'safety-flag' },
    { fact: 'safety-flag-lifted' },
  ] as const)('nor does $fact, which is looked up where something is sent or shown', (data) => {
    const it = CompulsoryCase.required();
    expect(it.refusedRaw(it.engine('carry-fact', { factId: 'f', ...data })).code).toBe('already-done');
  });

  test('texts that are allowed again are planned again; each stop stands until it is taken back', () => {
    const it = CompulsoryCase.required();
    const { clocks } = it;
    it.tell('carry-fact', stop);
    it.tell('carry-fact', { factId: 'f1', fact: 'consent-withdrawn', purpose: 'texts' });
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    it.tell('carry-fact', { factId: 'f2', fact: 'texts-allowed' });
    expect(it.attention).toEqual(['reach-another-way ia-1']);
    expect(it.due('reminder')).toBeUndefined();
    it.tell('carry-fact', { factId: 'f3', fact: 'consent-given', purpose: 'texts' });
    expect(it.attention).toEqual([]);
    expect([...it.clocks].sort()).toEqual([...clocks].sort());
    expect(it.stage).toBe('initial-assessment');
  });

  test('the latest word holds in whatever order they come, and twice is already done', () => {
    const it = CompulsoryCase.required();
    const older = { occurredAt: plus(it.now, -hour) };
    it.tell('carry-fact', { factId: 'f1', fact: 'texts-allowed' });
    expect(it.refusedRaw(it.engine('carry-fact', stop, older)).code).toBe('already-done');
    expect(it.refusedRaw(it.engine('carry-fact', { factId: 'f2', fact: 'texts-allowed' })).code).toBe(
      'already-done',
    );
    const given = { factId: 'f3', fact: 'consent-given', purpose: 'texts' };
    it.tell('carry-fact', given);
    expect(it.refusedRaw(it.engine('carry-fact', { ...given, factId: 'f4' })).code).toBe('already-done');
    const withdrawn = { factId: 'f5', fact: 'consent-withdrawn', purpose: 'texts' };
    expect(it.refusedRaw(it.engine('carry-fact', withdrawn, older)).code).toBe('already-done');
    it.tell('carry-fact', withdrawn);
    expect(it.refusedRaw(it.engine('carry-fact', { ...withdrawn, factId: 'f6' })).code).toBe('already-done');
  });
});
