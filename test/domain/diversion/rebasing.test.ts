import { describe, expect, test } from '@jest/globals';
import type { DiversionPolicy } from '../../../workflows/domain/diversion/policy.ts';
import { local, policy, receipt, ReferralLife } from './referral-life.ts';
import type { Given } from './referral-life.ts';

const manager: Given = { role: 'Manager' };

const next = (changed: Partial<DiversionPolicy> = {}): DiversionPolicy => ({
  ...policy,
  version: policy.version + 1,
  ...changed,
});

const rebase = (changed: Partial<DiversionPolicy>) =>
  ({ policy: next(changed), reason: 'rule-changed' }) as const;

const fourMonths = { closure: { unit: 'months', count: 4, endOfDay: true } } as const;

describe('M06 a later version of the policy touches an open referral only by a re-base', () => {
  test('M248 every running clock is counted anew from where it started, with a new id; the rest runs on', () => {
    const life = ReferralLife.received().until(local('2026-03-03 09:00'));
    const [before, first] = [life.clock('closure'), life.clock('first-contact')];
    life.do('rebase-policy', rebase(fourMonths), manager);
    expect(life.clock('closure')).toMatchObject({ start: receipt, due: local('2026-07-03 00:00') });
    expect(life.clock('closure')?.id).not.toBe(before?.id);
    expect(life.clock('first-contact')).toEqual(first);
    expect(life.ledger.at(-1)).toMatchObject({
      type: 'policy-rebased',
      occurredAt: local('2026-03-03 09:00'),
      data: {
        policy: next(fourMonths),
        from: { policyId: policy.policyId, version: policy.version },
        reason: 'rule-changed',
        moved: [{ rule: 'closure', from: before?.due, to: local('2026-07-03 00:00') }],
      },
      cleared: [{ id: before?.id, why: 'superseded' }],
    });
    expect(life.at.policy).toEqual(next(fourMonths));
    life.until(local('2026-07-02 23:59'));
    expect(life.at.closure).toBeNull();
    life.until(local('2026-08-01 00:00'));
    expect(life.of('pathway-closed')).toMatchObject([{ occurredAt: local('2026-07-03 00:00') }]);
  });

  test('what is over under the new policy passes at once, as of its own time, and says how late', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-01 10:00'));
    life.do('rebase-policy', rebase({ closure: { unit: 'months', count: 1, endOfDay: true } }), manager);
    life.until(local('2026-05-01 10:01'));
    const due = local('2026-04-03 00:00');
    expect(life.of('deadline-passed')).toContainEqual(
      expect.objectContaining({
        occurredAt: local('2026-05-01 10:00'),
        data: expect.objectContaining({ rule: 'closure', due }) as unknown,
      }),
    );
    expect(life.of('pathway-closed')).toMatchObject([{ occurredAt: due }]);
  });

  test('who has engaged since then is not closed as of before that, and may still come back', () => {
    const life = ReferralLife.received().until(local('2026-05-16 10:00'));
    life.do('record-engagement', { evidence: 'attended' }).until(local('2026-05-20 10:00'));
    life.do('rebase-policy', rebase({ closure: { unit: 'months', count: 1, endOfDay: true } }), manager);
    life.until(life.now);
    expect(life.at).toMatchObject({
      stage: 'closed',
      closure: { at: local('2026-05-16 10:00'), reason: 'engaged-then-ended' },
    });
  });

  test('nor is a referral concluded in treatment before the treatment began', () => {
    const life = ReferralLife.received().until(local('2026-05-16 10:00'));
    life.do('record-assessment', { substances: ['cocaine'], result: 'suitable' });
    life.do('agree-care-plan', {
      modalities: [{ modalityId: 'm1', type: 'psychosocial', prescribed: false }],
    });
    life.until(local('2026-05-18 10:00')).do('start-treatment', { modalityId: 'm1' });
    life.do('rebase-policy', rebase({ closure: { unit: 'months', count: 1, endOfDay: true } }), manager);
    expect(life.until(life.now).at.concludedAt).toBe(local('2026-05-18 10:00'));
  });

  test('where there is time again, the closure is warned of again', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-20 10:00'));
    expect(life.codes).toContain('closure-near');
    const longer = { ...fourMonths, closureWarning: { unit: 'weeks', count: 14 } } as const;
    life.do('rebase-policy', rebase(longer), manager);
    expect(life.codes).not.toContain('closure-near');
    expect(life.clock('closure-warning')?.due).toBe(local('2026-06-08 10:00'));
    life.until(local('2026-06-08 10:01'));
    expect(life.codes).toContain('closure-near');
  });

  test('what a person put the closure off to stands, also under a shorter policy', () => {
    const life = ReferralLife.received().attempt('reached').until(local('2026-05-01 10:00'));
    const lead: Given = { role: 'ProviderManager' };
    life.do('extend-closure-date', { until: '2026-06-20', reason: 'ill' }, lead);
    life.do('rebase-policy', rebase({ closure: { unit: 'months', count: 2, endOfDay: true } }), manager);
    expect(life.clock('closure')?.due).toBe(local('2026-06-21 00:00'));
  });

  test('a reminder is moved, but never into the past', () => {
    const life = ReferralLife.received().attempt('reached').book('a1', '2026-03-12 10:00');
    const reminder = (count: number) => ({
      messages: { ...policy.messages, reminder: { before: { unit: 'days', count }, at: '09:00' } } as const,
    });
    life.do('rebase-policy', rebase(reminder(2)), manager);
    expect(life.clock('reminder')?.due).toBe(local('2026-03-10 09:00'));
    const further = {
      policy: next({ version: policy.version + 2, ...reminder(30) }),
      reason: 'correction',
    } as const;
    life.do('rebase-policy', further, manager);
    expect(life.clock('reminder')?.due).toBe(local('2026-03-10 09:00'));
  });

  test.each([
    ['the same version', { version: policy.version }, 'already-done'],
    ['an earlier version', { version: policy.version - 1 }, 'conflict'],
    ['another policy', { policyId: 'diversion:other' }, 'conflict'],
    ['another programme', { programme: 'other' }, 'conflict'],
    ['another force', { forceId: 'force-2' }, 'conflict'],
  ] as const)('%s is refused', (_name, changed, code) => {
    expect(ReferralLife.received().refused('rebase-policy', rebase(changed), manager).code).toBe(code);
  });

  test('a second time it is done already, and a closed referral is left alone', () => {
    const life = ReferralLife.received().do('rebase-policy', rebase(fourMonths), manager);
    expect(life.refused('rebase-policy', rebase(fourMonths), manager).code).toBe('already-done');
    const closed = ReferralLife.received().do('close-pathway', { reason: 'other' });
    expect(closed.refused('rebase-policy', rebase(fourMonths), manager).code).toBe('wrong-stage');
    expect(ReferralLife.received().refused('rebase-policy', rebase(fourMonths)).code).toBe('wrong-role');
  });
});

describe('M193 what is agreed with one provider', () => {
  const levels = {
    serviceLevels: {
      ddas: {
        acceptance: { unit: 'hours', count: 4 },
        firstContact: { unit: 'working-days', count: 1 },
        feedback: { ask: { unit: 'hours', count: 2 }, escalate: { unit: 'hours', count: 6 } },
      },
    },
  } as const;
  const agreed = { ...policy, ...levels };

  test('holds for its referrals, from receipt on', () => {
    const life = ReferralLife.received({ policy: agreed });
    expect(life.clock('acceptance')?.due).toBe(local('2026-03-02 14:00'));
    expect(life.clock('first-contact')?.due).toBe(local('2026-03-04 00:00'));
    life.book('a1', '2026-03-12 10:00');
    expect(life.clock('feedback')?.due).toBe(local('2026-03-12 13:00'));
    life.until(local('2026-03-12 13:01'));
    expect(life.clock('feedback-escalation')?.due).toBe(local('2026-03-12 17:00'));
  });

  test('and not for another provider that the referral goes to; a miss is on the list', () => {
    const life = ReferralLife.received({ policy: agreed }).until(local('2026-03-02 14:01'));
    expect(life.codes).toContain('not-accepted');
    const route = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'r2' };
    life.do('reroute', { route, reason: 'wrong-area' }, manager);
    expect(life.clock('acceptance')?.due).toBe(local('2026-03-05 00:00'));
  });

  test('a re-base brings it to open referrals', () => {
    const life = ReferralLife.received().do('rebase-policy', rebase(levels), manager);
    expect(life.clock('acceptance')?.due).toBe(local('2026-03-02 14:00'));
  });
});
