import { describe, expect, test } from '@jest/globals';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import type { DiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { faultsOfDiversion, rulesOfDiversion } from '../../../workflows/domain/diversion/rules.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';

/** Ten days for all, a week for this provider. */
const agreed: DiversionPolicy = {
  ...policy,
  policeFeedback: { unit: 'days', count: 10 },
  serviceLevels: { ddas: { policeFeedback: { unit: 'days', count: 7 } } },
};
const due = local('2026-03-09 10:00');

const referred = (given: object = {}) => ReferralLife.received({ policy: agreed, ...given });

describe('M193: feedback to the police is a clock where it is agreed', () => {
  test('from receipt, as agreed with the provider; a miss is listed for its team lead, and nothing else follows', () => {
    const life = referred();
    expect(life.clock('police-feedback')).toMatchObject({ start: receipt, due });
    life.attempt().until(local('2026-03-10 10:00'));
    expect(life.at.attention).toContainEqual({
      code: 'police-not-told',
      since: due,
      owner: 'ProviderManager',
    });
    expect(life.at.closure).toBeNull();
    const wait = diversion.explain(life.at, life.now).waits.find(({ rule }) => rule === 'police-not-told');
    expect(wait).toMatchObject({ overdue: true, whoCanMove: ['ProviderManager'] });
    expect(life.attempt('reached').codes).not.toContain('police-not-told');
  });

  test.each([
    ['reached', (life: ReferralLife) => life.attempt('reached')],
    ['engaged', (life: ReferralLife) => life.do('record-engagement', { evidence: 'logged-in' })],
    ['closed', (life: ReferralLife) => life.do('close-pathway', { reason: 'declined' })],
    [
      'void',
      (life: ReferralLife) => life.do('void-pathway', { reason: 'wrong-person' }, { role: 'Manager' }),
    ],
  ] as const)('who is %s: the officer reads it, and the clock is over', (_name, act) => {
    const life = act(referred());
    expect(life.clock('police-feedback')).toBeUndefined();
    expect(life.until(local('2026-03-10 10:00')).codes).not.toContain('police-not-told');
  });

  test('a try without an answer is no feedback', () => {
    expect(referred().attempt().clock('police-feedback')).toBeDefined();
  });

  test('whose consent to sharing is taken back the police are told nothing of, and nobody waits for it', () => {
    const withdrawn = { factId: 'f', fact: 'consent-withdrawn', purpose: 'sharing' } as const;
    const life = referred();
    life.engine('carry-fact', withdrawn);
    expect(life.clock('police-feedback')).toBeUndefined();
    const late = referred().until(local('2026-03-10 10:00'));
    late.engine('carry-fact', withdrawn);
    expect(late.codes).not.toContain('police-not-told');
  });

  test.each([
    ['nobody has agreed', { policy }],
    [
      'another source referred',
      { source: { source: 'self', via: 'self' }, disposal: null, offenceCode: null, offenceDate: null },
    ],
  ] as const)('where %s there is none', (_name, given) => {
    expect(referred(given).clock('police-feedback')).toBeUndefined();
  });

  test('with another provider it is as agreed for all; a later policy moves it', () => {
    const route = { providerId: 'pobl', programme: 'acr-diversion', routeId: 'route-2' };
    const life = referred({ route });
    expect(life.clock('police-feedback')?.due).toBe(local('2026-03-12 10:00'));
    const later = {
      ...agreed,
      version: agreed.version + 1,
      policeFeedback: { unit: 'days', count: 14 },
    } as const;
    life.do('rebase-policy', { policy: later, reason: 'contract-changed' }, { role: 'Manager' });
    expect(life.clock('police-feedback')?.due).toBe(local('2026-03-16 10:00'));
  });

  test('it is in print where it is agreed, and held to limits', () => {
    const fields = rulesOfDiversion(agreed).map(({ field }) => field);
    expect(fields).toContain('policeFeedback');
    expect(fields).toContain('serviceLevels.ddas.policeFeedback');
    expect(rulesOfDiversion(policy).map(({ field }) => field)).not.toContain('policeFeedback');
    expect(faultsOfDiversion(agreed)).toEqual([]);
    const long = { unit: 'days', count: 91 } as const;
    const faults = faultsOfDiversion({
      ...agreed,
      policeFeedback: long,
      serviceLevels: { ddas: { policeFeedback: long } },
    });
    expect(faults.map(({ field }) => field)).toEqual(['policeFeedback', 'serviceLevels.ddas.policeFeedback']);
  });
});
