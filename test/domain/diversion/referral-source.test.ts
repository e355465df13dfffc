import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import type { ReferralData } from '../../../workflows/domain/diversion/commands.ts';
import {
  disposalOfWay,
  referralSources,
  referralWays,
} from '../../../workflows/domain/diversion/referral-source.ts';
import type { ReferralSourceName, ReferralWay } from '../../../workflows/domain/diversion/referral-source.ts';
import { local, receipt, referral, ReferralLife } from './referral-life.ts';

/** Without any police record. */
const noOffence = { disposal: null, offenceCode: null, offenceDate: null } as const;

function opening(changed: Partial<ReferralData>, role: Role = 'ProviderWorker') {
  const life = new ReferralLife(changed.receivedAt ?? receipt);
  const { drugCode: _, ...data } = referral(changed);
  const decision = life.take(life.command('receive-referral', data, { role }));
  return { life, code: decision.refusal?.code };
}

const by = (source: ReferralSourceName, via: ReferralWay = 'form') => ({ source: { source, via } });

describe('a referral needs no police record', () => {
  test.each([
    ['M48 probation', 'probation', 'ProviderWorker'],
    ['M49 prison', 'prison', 'PrisonLinkWorker'],
    ['M50 court', 'court', 'Manager'],
    ['M51 the person', 'self', 'ProviderWorker'],
    ['M56 health', 'health', 'ProviderManager'],
    ['M56 housing', 'housing', 'ProviderWorker'],
    ['M56 social care', 'social-care', 'ProviderWorker'],
    ['M56 the family', 'family', 'ProviderWorker'],
    ['M56 anybody else', 'other', 'ProviderWorker'],
  ] as const)('%s', (_name, source, role) => {
    const { life, code } = opening({ ...noOffence, ...by(source) }, role);
    expect(code).toBeUndefined();
    expect(life.at).toMatchObject({
      source: { source, via: 'form' },
      ...noOffence,
      drugCode: null,
      conditions: [],
      stage: 'awaiting-contact',
    });
    expect(life.clock('closure')?.due).toBe(local('2026-06-03 00:00'));
  });

  test('M51 stays of the person themselves where an offence is known', () => {
    const { life } = opening({ ...by('self'), disposal: null });
    expect(life.at).toMatchObject({ source: { source: 'self' }, disposal: null, offenceCode: '92E' });
  });

  test('M47 the police refer in ways of their own', () => {
    for (const via of ['cell-sweep', 'outreach', 'required-assessment', 'self-help', 'other'] as const) {
      expect(opening({ ...noOffence, ...by('police', via) }, 'PoliceOfficer').code).toBeUndefined();
    }
    expect(referralWays).toEqual(
      expect.arrayContaining(['acr', 'cell-sweep', 'outreach', 'required-assessment']),
    );
    expect(referralSources).toHaveLength(10);
  });

  test('edge case 59: an officer refers without an ACR: source police, no disposal', () => {
    const { life, code } = opening({ ...noOffence, ...by('police', 'self-help') }, 'PoliceOfficer');
    expect(code).toBeUndefined();
    expect(life.at).toMatchObject({ source: { source: 'police', via: 'self-help' }, disposal: null });
    const disposed = { disposal: 'adult-community-resolution', ...by('police', 'self-help') } as const;
    expect(opening(disposed, 'PoliceOfficer').code).toBe('condition-not-met');
  });

  test('edge case 58: what the person did not admit is no ACR; outcome 22 is a referral of its own', () => {
    const { life, code } = opening(
      { disposal: 'outcome-22', ...by('police', 'outcome-22') },
      'PoliceOfficer',
    );
    expect(code).toBeUndefined();
    expect(life.at).toMatchObject({ disposal: 'outcome-22', conditions: [] });
    expect(opening({ disposal: 'outcome-22', ...by('police', 'acr') }, 'PoliceOfficer').code).toBe(
      'condition-not-met',
    );
  });

  test('a way that names a disposal goes with no other', () => {
    for (const [via, own] of Object.entries(disposalOfWay)) {
      for (const disposal of [
        'adult-community-resolution',
        'conditional-caution',
        'outcome-22',
        null,
      ] as const) {
        const { code } = opening({ disposal, ...by('police', via as ReferralWay) });
        expect([via, disposal, code]).toEqual([
          via,
          disposal,
          disposal === own ? undefined : 'condition-not-met',
        ]);
      }
    }
  });
});

describe('a disposal deals with an offence', () => {
  test.each([
    ['no code', { offenceCode: null }],
    ['no date', { offenceDate: null }],
    ['neither', { offenceCode: null, offenceDate: null }],
  ])('%s is refused', (_name, missing) => {
    expect(opening({ ...missing, ...by('police', 'form') }).code).toBe('condition-not-met');
  });

  test('but for a case that was open elsewhere, whose file does not say', () => {
    const imported = { offenceCode: null, offenceDate: null, ...by('police', 'caseload-import') };
    expect(opening(imported).code).toBeUndefined();
  });

  test('which lies not after it, also where no disposal came of it', () => {
    expect(opening({ ...by('self'), disposal: null, offenceDate: '2026-03-03' }).code).toBe(
      'before-the-start',
    );
  });
});

describe('M40 without an offence age is judged on the day of receipt', () => {
  test.each([
    ['a day before the eighteenth birthday', '2008-03-03', 'under-18'],
    ['on the eighteenth birthday', '2008-03-02', undefined],
  ])('%s', (_name, birthDate, code) => {
    const opened = opening({ ...noOffence, ...by('self'), birthDate });
    expect(opened.code).toBe(code);
    expect(opened.life.ledger).toHaveLength(code === undefined ? 1 : 0);
  });

  test('the local day, not that of UTC', () => {
    const self = { ...noOffence, ...by('self'), receivedAt: '2026-06-30T23:30:00.000Z' };
    expect(opening({ ...self, birthDate: '2008-07-01' }).code).toBeUndefined();
    expect(opening({ ...self, birthDate: '2008-07-02' }).code).toBe('under-18');
  });

  test('with one, on the day of the offence, who is 18 at the outcome or not', () => {
    expect(opening({ offenceDate: '2026-03-01', birthDate: '2008-03-02' }).code).toBe('under-18');
  });

  test('the refusal says which day', () => {
    const life = new ReferralLife();
    const young = { birthDate: '2010-01-01' };
    expect(life.refused('receive-referral', referral(young)).message).toContain('the day of the offence');
    const self = referral({ ...young, ...noOffence, ...by('self') });
    expect(life.refused('receive-referral', self).message).toContain('the day of the referral');
  });
});

describe('M38 conditions come with a conditional caution only', () => {
  const due = (conditionId: string, at = '2026-05-01 00:00') => ({
    conditionId,
    code: 'attend-course',
    dueAt: local(at),
  });
  const caution = { disposal: 'conditional-caution', ...by('police', 'conditional-caution') } as const;

  test('one or several, or none that is known', () => {
    expect(opening({ ...caution, conditions: [due('c1'), due('c2')] }).life.at.conditions).toHaveLength(2);
    expect(opening(caution).life.at.conditions).toEqual([]);
    expect(opening({ ...caution, conditions: [] }).life.ledger[0]?.data).not.toHaveProperty('conditions');
  });

  test.each([
    ['with an ACR', { conditions: [due('c1')] }, 'condition-not-met'],
    ['without a disposal', { ...noOffence, ...by('self'), conditions: [due('c1')] }, 'condition-not-met'],
    ['one id twice', { ...caution, conditions: [due('c1'), due('c1')] }, 'condition-not-met'],
    [
      'due when the caution was given',
      { ...caution, conditions: [due('c1', '2026-03-02 10:00')] },
      'before-the-start',
    ],
  ] satisfies (readonly [string, Partial<ReferralData>, string])[])(
    '%s is refused',
    (_name, changed, code) => {
      expect(opening(changed).code).toBe(code);
    },
  );

  test('what else came with a condition goes into no event', () => {
    const noted = { ...due('c1'), note: 'Somebody' };
    expect(JSON.stringify(opening({ ...caution, conditions: [noted] }).life.ledger)).not.toContain(
      'Somebody',
    );
  });

  test('a caution of months back asks at once, as of the date it set', () => {
    const life = new ReferralLife(local('2026-05-20 10:00'));
    life.do('receive-referral', referral({ ...caution, conditions: [due('c1')] }), { role: 'PoliceOfficer' });
    life.until(life.now);
    expect(life.at.attention).toContainEqual({
      ...{ code: 'condition-undecided', since: local('2026-05-01 00:00') },
      ...{ owner: 'ProviderWorker', ref: 'c1' },
    });
  });
});
