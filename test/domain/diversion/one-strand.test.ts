import { expect, test } from '@jest/globals';
import { local, receipt, ReferralLife } from './referral-life.ts';

test('one treatment is one strand: what runs is not begun a second time, whichever was told first', () => {
  const already = { type: 'psychosocial', prescribed: false } as const;
  const planned = { modalityId: 'm1', ...already };
  const life = ReferralLife.received().do('start-treatment', { already }, { commandId: 'linked' });
  life.do('record-assessment', { substances: ['cocaine'], result: 'suitable' });
  life.do('agree-care-plan', { modalities: [planned] });
  const details = { modalityId: 'linked', startedAt: receipt };
  expect(life.refused('start-treatment', { modalityId: 'm1' })).toMatchObject({
    code: 'conflict',
    details,
  });
  const later = { occurredAt: life.until(local('2026-03-04 10:00')).now };
  life.do('end-modality', { modalityId: 'linked', reason: 'completed' }, later);
  life.do('start-treatment', { modalityId: 'm1' });
  expect(life.refused('start-treatment', { already })).toMatchObject({
    code: 'conflict',
    details: { modalityId: 'm1', startedAt: life.now },
  });
  life.do('start-treatment', { already: { type: 'pharmacological', prescribed: true } });
  expect(life.at.treatment.modalities.filter(({ endedAt }) => endedAt === null)).toHaveLength(2);
});
