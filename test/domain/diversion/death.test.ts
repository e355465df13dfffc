import { describe, expect, test } from '@jest/globals';
import { local, receipt, ReferralLife } from './referral-life.ts';

const death = { factId: 'f-death', fact: 'death' } as const;
const mistaken = { factId: 'f-lives', fact: 'death-corrected', correctsFactId: 'f-death' } as const;

const clocks = (life: ReferralLife) =>
  life.at.deadlines.map(({ rule, start, due, ref = '' }) => `${rule} ${ref} ${start} ${due}`).sort();

function died(life: ReferralLife, at = '2026-03-05 12:00'): ReferralLife {
  life.until(local(at)).engine('carry-fact', death);
  expect(life.at).toMatchObject({ stage: 'finished', died: true, deadlines: [] });
  return life;
}

function corrected(life: ReferralLife, at: string): ReferralLife {
  life.asleepUntil(local(at));
  expect(life.engine('carry-fact', mistaken).refusal).toBeUndefined();
  return life;
}

describe('edge case 29: a death noted in error', () => {
  test.each([
    ['just received', (life: ReferralLife) => life],
    ['being tried', (life: ReferralLife) => life.attempt()],
    ['reached', (life: ReferralLife) => life.attempt('reached')],
    ['engaged', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    [
      'with another provider to answer',
      (life: ReferralLife) => {
        const to = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };
        life.do('accept-referral', {});
        return life.do('transfer-pathway', { to, reason: 'moved' });
      },
    ],
  ] as const)('goes on where it stood, each clock with its own times: %s', (_name, act) => {
    const life = act(ReferralLife.received());
    const { stage, transfer, engagement, contact } = life.at;
    const running = clocks(life);
    corrected(died(life, '2026-03-02 12:00'), '2026-03-02 13:00');
    expect(life.at).toMatchObject({ stage, transfer, engagement, contact, died: false, closure: null });
    expect(clocks(life)).toEqual(running);
    expect(life.at.attention).toMatchObject([{ code: 'death-corrected', owner: 'ProviderManager' }]);
    expect(life.of('death-corrected').at(0)?.data).toEqual({
      factId: 'f-lives',
      correctsFactId: 'f-death',
      reopens: true,
      finished: false,
    });
    const ids = life.ledger.flatMap(({ armed = [] }) => armed.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('what was due meanwhile passes now, late, and as of its own time', () => {
    const life = corrected(died(ReferralLife.received(), '2026-03-03 12:00'), '2026-05-20 09:00');
    life.until(life.now);
    const passed = life
      .of('deadline-passed')
      .map(({ data, occurredAt }) => [(data as unknown as { rule: string }).rule, occurredAt]);
    expect(passed).toContainEqual(['first-contact', life.now]);
    expect(passed).toContainEqual(['closure-warning', life.now]);
    expect(life.at.attention).toContainEqual({
      code: 'no-first-contact',
      since: local('2026-03-05 00:00'),
      owner: 'ProviderManager',
    });
    expect(life.intents).toEqual([]);
    life.until(local('2026-06-03 00:00'));
    expect(life.at.closure).toMatchObject({ reason: 'not-engaged-in-time', at: local('2026-06-03 00:00') });
  });

  test('a limit that passed meanwhile closes nobody: they have the time of who comes back, from the correction', () => {
    const life = corrected(died(ReferralLife.received()), '2026-06-10 09:00');
    life.until(life.now);
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', closure: null });
    expect(life.at.deadlines).toMatchObject([
      { rule: 'closure-warning', start: life.now },
      { rule: 'closure-after-return', start: life.now, due: local('2026-09-11 00:00') },
    ]);
    expect(life.codes.filter((code) => code.startsWith('closure'))).toEqual([]);
    expect(life.until(local('2026-09-11 00:00')).at.closure).toMatchObject({
      reason: 'not-engaged-in-time',
      at: local('2026-09-11 00:00'),
    });
  });

  test('also where the closure was near, or put off, when it was told', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-06-02 12:00'));
    life.book('a1', '2026-06-10 14:00').until(local('2026-06-05 10:00'));
    expect(life.codes).toContain('closure-near');
    corrected(died(life, '2026-06-05 12:00'), '2026-06-20 09:00').until(life.now);
    expect(life.at.closure).toBeNull();
    expect(life.codes.filter((code) => code.startsWith('closure'))).toEqual([]);
    expect(life.clock('closure')).toBeUndefined();
    expect(life.clock('closure-after-return')?.due).toBe(local('2026-09-21 00:00'));
  });

  test('a contact effort that was over meanwhile has its time again: nobody could be reached', () => {
    const life = ReferralLife.received({ knownChannels: ['phone'] });
    for (const day of ['02 11:00', '03 11:00', '04 11:00']) life.until(local(`2026-03-${day}`)).attempt();
    const start = life.clock('contact-effort')?.start;
    corrected(died(life), '2026-04-01 09:00').until(life.now);
    expect(life.at.closure).toBeNull();
    expect(life.clock('contact-effort')).toMatchObject({ start, due: local('2026-04-18 00:00') });
    expect(life.until(local('2026-04-20 00:00')).at.closure?.reason).toBe('no-contact');
  });

  test('who was in treatment when the limit passed is concluded as of the limit, and goes on', () => {
    const life = ReferralLife.received();
    life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } });
    corrected(died(life), '2026-06-10 09:00').until(life.now);
    expect(life.at).toMatchObject({ stage: 'concluded', concludedAt: local('2026-06-03 00:00') });
  });

  test('what was cancelled stays so, and somebody books again', () => {
    const life = ReferralLife.received().book('a1', '2026-03-12 14:00');
    corrected(died(life), '2026-03-06 09:00');
    expect(life.at.appointments).toMatchObject([{ status: 'cancelled' }]);
    expect(life.at.deadlines.filter(({ ref }) => ref === 'a1')).toEqual([]);
    expect(life.codes.sort()).toEqual(['appointment-to-rebook', 'death-corrected']);
    expect(life.until(local('2026-03-12 15:00')).intents).toEqual([]);
    expect(life.book('a2', '2026-03-20 14:00').codes).not.toContain('death-corrected');
  });

  test('what had begun when it was told is still to be answered for: the person may have come', () => {
    const life = ReferralLife.received().book('a1', '2026-03-05 10:00').until(local('2026-03-05 14:00'));
    const feedback = life.clock('feedback');
    corrected(died(life, '2026-03-05 14:00'), '2026-03-06 09:00');
    expect(life.of('pathway-closed')[0]?.data).toMatchObject({ cancelled: ['a1'], begun: ['a1'] });
    expect(life.of('death-corrected')[0]?.data).toMatchObject({ restored: ['a1'] });
    expect(life.at.appointments).toMatchObject([{ status: 'booked' }]);
    expect(life.clock('feedback')).toMatchObject({ ref: 'a1', due: feedback?.due });
    expect(life.codes).toEqual(['death-corrected']);
    life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
    expect(life.at).toMatchObject({ stage: 'engaged', engagement: { at: local('2026-03-05 10:00') } });
  });

  test('what was asked of people is asked again', () => {
    const life = ReferralLife.received().attempt('wrong-number').book('a1', '2026-03-03 14:00');
    life.until(local('2026-03-05 11:00'));
    expect(life.codes).toEqual(['wrong-number', 'feedback-missing']);
    corrected(died(life), '2026-03-06 09:00');
    expect(life.codes.sort()).toEqual(['death-corrected', 'feedback-missing', 'wrong-number']);
  });

  test('reaching the person settles it', () => {
    const life = corrected(died(ReferralLife.received()), '2026-03-06 09:00').attempt();
    expect(life.codes).toContain('death-corrected');
    expect(life.attempt('reached').codes).not.toContain('death-corrected');
  });

  test('treatment goes on, also where the referral was concluded', () => {
    const life = ReferralLife.received();
    life.do('start-treatment', { already: { type: 'psychosocial', prescribed: false } });
    const { treatment } = life.at;
    corrected(died(life), '2026-03-06 09:00');
    expect(life.at).toMatchObject({ stage: 'in-treatment', treatment });
    life.until(local('2026-06-10 09:00'));
    expect(life.at.stage).toBe('concluded');
    life.engine('carry-fact', { ...death, factId: 'f-second' });
    life.engine('carry-fact', { ...mistaken, factId: 'f-lives-2', correctsFactId: 'f-second' });
    expect(life.at).toMatchObject({ stage: 'concluded', concludedAt: local('2026-06-03 00:00') });
  });

  test('after another closure, that closure and its late window are as before', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'declined' });
    const { closure } = life.at;
    const running = clocks(life);
    corrected(died(life), '2026-03-06 09:00');
    expect(life.at).toMatchObject({ stage: 'closed', died: false, closure, attention: [] });
    expect(clocks(life)).toEqual(running);
    expect(life.do('record-engagement', { evidence: 'attended' }).at.stage).toBe('engaged');
  });

  test('and where the window has passed meanwhile, it is over', () => {
    const life = ReferralLife.received().do('close-pathway', { reason: 'declined' });
    corrected(died(life), '2026-03-30 10:00');
    expect(life.at).toMatchObject({
      stage: 'finished',
      finished: true,
      died: false,
      closure: { at: receipt },
    });
  });
});

describe('edge case 28: a death that stands', () => {
  test('the correction twice is already done, and the death is not noted again under the same fact', () => {
    const life = corrected(died(ReferralLife.received()), '2026-03-06 09:00');
    expect(life.engine('carry-fact', { ...mistaken, factId: 'again' }).refusal?.code).toBe('already-done');
    expect(life.engine('carry-fact', death).refusal?.code).toBe('already-done');
    expect(life.at.stage).toBe('awaiting-contact');
  });

  test('a death told anew, with the same date, is a death', () => {
    const life = corrected(died(ReferralLife.received()), '2026-03-06 09:00');
    expect(life.engine('carry-fact', { ...death, factId: 'f-new' }, receipt).refusal).toBeUndefined();
    expect(life.at).toMatchObject({ stage: 'finished', died: true });
  });

  test('a correction that is carried first keeps the death from doing anything', () => {
    const life = ReferralLife.received();
    const running = clocks(life);
    expect(life.engine('carry-fact', mistaken).refusal).toBeUndefined();
    expect(life.engine('carry-fact', death).refusal?.code).toBe('already-done');
    expect(life.at).toMatchObject({ stage: 'awaiting-contact', attention: [], died: false });
    expect(clocks(life)).toEqual(running);
  });

  test('without the death it corrects it is refused; where none is recorded and all is over, already done', () => {
    const { correctsFactId: _none, ...vague } = mistaken;
    const life = died(ReferralLife.received());
    expect(life.engine('carry-fact', vague).refusal?.code).toBe('condition-not-met');
    const over = ReferralLife.received().until(local('2026-12-01 00:00'));
    expect(over.engine('carry-fact', mistaken).refusal?.code).toBe('already-done');
  });

  test('a pathway that should never have been stays void', () => {
    const life = died(ReferralLife.received());
    life.do('void-pathway', { reason: 'wrong-person' }, { role: 'Manager' });
    corrected(life, '2026-03-06 09:00');
    expect(life.at).toMatchObject({ stage: 'void', finished: true, died: false, deadlines: [] });
  });
});
