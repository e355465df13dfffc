import { describe, expect, test } from '@jest/globals';
import { roles } from '../../../workflows/domain/common/actor.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { local, policy, receipt, referral, ReferralLife } from './referral-life.ts';

/** Sixty days after the limit of the receipt used everywhere here. */
const longAfter = local('2026-08-01 10:00');

test.each([
  ['an officer', 'PoliceOfficer', true],
  ['a manager', 'Manager', true],
  ['the records system, which may send what is old', 'RecordsSystem', false],
] as const)(
  'a slip in the year would lose the person: an outcome past its own closure, typed by %s',
  (_who, role, refused) => {
    const life = new ReferralLife(longAfter);
    const { refusal } = life.take(
      life.command('receive-referral', referral(), { role, occurredAt: receipt }),
    );
    expect(refusal?.code).toBe(refused ? 'condition-not-met' : undefined);
  },
);

test('an outcome of long ago comes in by an import, and is closed on its own day', () => {
  const life = new ReferralLife(longAfter);
  const imported = referral({ source: { source: 'police', via: 'records-export' } });
  life.do('receive-referral', imported, { role: 'Manager', occurredAt: receipt });
  expect(life.until(longAfter).at.closure?.at).toBe(local('2026-06-03 00:00'));
});

describe('receiving a referral', () => {
  test('M01 one event opens the pathway, with its clocks counted from the outcome', () => {
    const life = new ReferralLife(local('2026-03-04 16:00'));
    life.do('receive-referral', referral(), { role: 'RecordsSystem' });
    expect(life.types).toEqual(['referral-received']);
    expect(life.at).toMatchObject({
      stage: 'awaiting-contact',
      receivedAt: receipt,
      forceId: 'force-1',
      personId: 'person-1',
      finished: false,
    });
    expect(life.at.deadlines.map(({ id, rule, start, due }) => ({ id, rule, start, due }))).toEqual([
      { id: 'first-contact:-:0', rule: 'first-contact', start: receipt, due: local('2026-03-05 00:00') },
      { id: 'closure-warning:-:0', rule: 'closure-warning', start: receipt, due: local('2026-05-11 10:00') },
      { id: 'closure:-:0', rule: 'closure', start: receipt, due: local('2026-06-03 00:00') },
      { id: 'acceptance:-:0', rule: 'acceptance', start: receipt, due: local('2026-03-05 00:00') },
    ]);
    expect(life.at.attention).toEqual([]);
  });

  test('the whole policy is kept in the event, the birth date is not', () => {
    const life = ReferralLife.received();
    expect(life.ledger[0]?.data).toMatchObject({ policy: JSON.parse(JSON.stringify(policy)) as object });
    expect(JSON.stringify(life.ledger)).not.toContain('1990-05-17');
  });

  test('what else came with the body goes into no event', () => {
    const life = new ReferralLife();
    const data = { ...referral(), surname: 'Somebody' };
    life.do('receive-referral', data, { role: 'PoliceOfficer' });
    expect(JSON.stringify(life.ledger)).not.toContain('Somebody');
  });

  test('without a route the manager is asked, and everything else is for the manager too', () => {
    const life = ReferralLife.received({ route: null });
    expect(life.at.stage).toBe('awaiting-route');
    expect(life.at.attention).toEqual([{ code: 'no-route', since: receipt, owner: 'Manager' }]);
    life.until(local('2026-03-05 00:00'));
    expect(life.at.attention.at(-1)).toMatchObject({ code: 'no-first-contact', owner: 'Manager' });
  });

  test.each([
    ['a day before the eighteenth birthday', '2008-03-02', 'under-18'],
    ['on the eighteenth birthday', '2008-03-01', undefined],
    ['born on 29 February, on 1 March', '2008-02-29', undefined],
    ['a child', '2015-01-01', 'under-18'],
  ])('M40 age is judged on the day of the offence: %s', (_name, birthDate, code) => {
    const life = new ReferralLife();
    const decision = life.take(
      life.command('receive-referral', referral({ birthDate }), { role: 'PoliceOfficer' }),
    );
    expect(decision.refusal?.code).toBe(code);
    expect(life.ledger).toHaveLength(code === undefined ? 1 : 0);
  });

  test.each([
    ['an outcome to come', { receivedAt: local('2026-03-02 10:01') }, 'in-the-future'],
    ['an offence after its outcome', { offenceDate: '2026-03-03' }, 'before-the-start'],
    ['the policy of another force', { policy: { ...policy, forceId: 'force-2' } }, 'conflict'],
  ])('%s is refused', (_name, changed, code) => {
    expect(
      new ReferralLife().refused('receive-referral', referral(changed), { role: 'PoliceOfficer' }).code,
    ).toBe(code);
  });

  test('the local day of the outcome counts, not that of UTC', () => {
    const receivedAt = '2026-06-30T23:30:00.000Z';
    const life = new ReferralLife(receivedAt);
    life.do('receive-referral', referral({ receivedAt, offenceDate: '2026-07-01' }), {
      role: 'PoliceOfficer',
    });
    expect(life.at.receivedAt).toBe(receivedAt);
  });

  test.each(roles)('who may: %s', (role) => {
    const life = new ReferralLife();
    const { refusal } = life.take(life.command('receive-referral', referral(), { role }));
    const police = ['PoliceOfficer', 'RecordsSystem', 'Manager'];
    const may = [...police, 'PrisonLinkWorker', 'ProviderWorker', 'ProviderManager'].includes(role);
    expect(refusal?.code).toBe(may ? undefined : 'wrong-role');
  });

  test('a second receipt is already done, and nothing else may come first', () => {
    const life = ReferralLife.received();
    expect(life.refused('receive-referral', referral(), { role: 'PoliceOfficer' }).code).toBe('already-done');
    const empty = new ReferralLife();
    const command = empty.command('record-engagement', { evidence: 'attended' });
    expect(diversion.decide(undefined, command, empty.now).refusal?.code).toBe('not-found');
  });

  test('an outcome months back passes its clocks at once, each as of its own time', () => {
    const life = new ReferralLife(local('2026-11-01 12:00'));
    life.do('receive-referral', referral(), { role: 'RecordsSystem' });
    life.until(life.now);
    expect(life.types).toEqual([
      'referral-received',
      'deadline-passed',
      'deadline-passed',
      'deadline-passed',
      'deadline-passed',
      'pathway-closed',
      'deadline-passed',
      'pathway-finished',
    ]);
    expect(life.of('deadline-passed').map(({ occurredAt }) => occurredAt)).toEqual(
      Array<string>(5).fill(local('2026-11-01 12:00')),
    );
    expect(life.at.closure).toMatchObject({
      at: local('2026-06-03 00:00'),
      reason: 'not-engaged-in-time',
      mayReturnUntil: local('2026-07-01 00:00'),
    });
    expect(life.at.finished).toBe(true);
  });
});
