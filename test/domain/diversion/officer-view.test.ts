import { describe, expect, test } from '@jest/globals';
import { officerView } from '../../../workflows/domain/diversion/officer-view.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const nothing = { inContactAt: null, engagedAt: null, closedAt: null, notices: [] };

const cautioned = (): ReferralLife =>
  ReferralLife.received({
    source: { source: 'police', via: 'conditional-caution' },
    disposal: 'conditional-caution',
    conditions: [
      { conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-20 10:00') },
      { conditionId: 'c2', code: 'attend-course', dueAt: local('2026-04-20 10:00') },
    ],
  });

let facts = 0;
function sharing(life: ReferralLife, fact: 'consent-given' | 'consent-withdrawn'): void {
  facts += 1;
  life.engine('carry-fact', { factId: `sharing-${String(facts)}`, fact, purpose: 'sharing' });
}

describe('M96: what the police learn of a referral of theirs', () => {
  test('how far it has come, since when, and no more', () => {
    const life = ReferralLife.received();
    expect(officerView(life.at)).toEqual({ ...nothing, status: 'received', receivedAt: receipt });
    life.until(local('2026-03-04 10:00')).attempt('reached');
    const inContactAt = life.now;
    expect(officerView(life.at)).toEqual({
      ...{ ...nothing, status: 'in-contact', receivedAt: receipt, inContactAt },
    });
    life.until(local('2026-03-05 10:00')).do('record-engagement', { evidence: 'other' });
    const engagedAt = life.now;
    const engaged = { ...nothing, status: 'engaged', receivedAt: receipt, inContactAt, engagedAt };
    expect(officerView(life.at)).toEqual(engaged);
    life.until(local('2026-03-06 10:00'));
    life.do('record-assessment', { substances: ['heroin'], result: 'suitable' });
    expect(officerView(life.at)).toEqual(engaged);
    life.do('close-pathway', { reason: 'disengaged' });
    expect(officerView(life.at)).toEqual({ ...engaged, status: 'closed', closedAt: life.now });
    life.do('reopen-pathway', { reason: 'came-back' });
    expect(officerView(life.at)).toEqual(engaged);
  });

  test('M45: that it is void, and not why', () => {
    const life = ReferralLife.received().do('void-pathway', { reason: 'rescinded' }, { role: 'Manager' });
    expect(officerView(life.at)).toEqual({
      ...{ ...nothing, status: 'void', receivedAt: receipt, closedAt: life.now },
    });
  });

  test('of a caution the conditions that were not met, until somebody has seen it and afterwards', () => {
    const life = cautioned();
    life.do('record-condition-result', { conditionId: 'c2', result: 'met' });
    expect(officerView(life.at).notices).toEqual([]);
    life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' });
    const notice = { conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-20 10:00') };
    expect(officerView(life.at).notices).toEqual([{ ...notice, open: true }]);
    life.do('acknowledge-non-compliance', { conditionId: 'c1' }, { role: 'PoliceOfficer' });
    expect(officerView(life.at).notices).toEqual([{ ...notice, open: false }]);
  });

  test('of a condition that was put right, until somebody has seen that', () => {
    const life = cautioned();
    life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' });
    life.do('record-condition-result', { conditionId: 'c1', result: 'excused', corrects: 'not-met' });
    expect(officerView(life.at).notices).toMatchObject([{ conditionId: 'c1', open: true, withdrawn: true }]);
    life.do('acknowledge-non-compliance', { conditionId: 'c1' }, { role: 'PoliceOfficer' });
    expect(officerView(life.at).notices).toEqual([]);
  });

  test('M191: nothing of the provider’s once sharing is withdrawn, save the notice; all of it when it is given again', () => {
    const life = cautioned().attempt('reached');
    life.do('record-engagement', { evidence: 'other' });
    life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' });
    const told = officerView(life.at);
    expect(told.status).toBe('engaged');
    sharing(life, 'consent-withdrawn');
    expect(officerView(life.at)).toEqual({
      ...{ ...told, status: 'received', inContactAt: null, engagedAt: null },
    });
    life.do('close-pathway', { reason: 'completed', drugFree: 'yes', crimeFree: 'unknown' });
    expect(officerView(life.at)).toMatchObject({ status: 'closed', engagedAt: null, closedAt: life.now });
    expect(officerView(life.at).notices).toEqual(told.notices);
    const other = cautioned().attempt('reached');
    sharing(other, 'consent-withdrawn');
    sharing(other, 'consent-given');
    expect(officerView(other.at).status).toBe('in-contact');
  });
});
