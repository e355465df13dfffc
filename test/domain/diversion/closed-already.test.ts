import { expect, test } from '@jest/globals';
import { local, receipt, ReferralLife } from './referral-life.ts';

test('closed twice: it says as what it is closed already, and names the way on', () => {
  const life = ReferralLife.received().do('close-pathway', { reason: 'moved' });
  expect(life.refused('close-pathway', { reason: 'declined' })).toMatchObject({
    code: 'wrong-stage',
    message: expect.stringMatching(
      /closed already, on 2 March 2026 at 10:00 as "Moved away".*reopen-pathway/,
    ),
    details: { stage: 'closed', closedAt: receipt, reason: 'moved' },
  });
  const forGood = ReferralLife.received().do('close-pathway', { reason: 'duplicate' });
  expect(forGood.refused('close-pathway', { reason: 'duplicate' }).message).toMatch(
    /closed already.*a manager opens it again with reopen-pathway/,
  );
  const over = forGood.until(local('2026-06-01 10:00')).refused('close-pathway', { reason: 'duplicate' });
  expect(over.message).toMatch(/closed already.*needs a new referral/);
});
