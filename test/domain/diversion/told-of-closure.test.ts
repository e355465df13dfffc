import { describe, expect, test } from '@jest/globals';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import type { ClosureReason } from '../../../workflows/domain/diversion/closure-reasons.ts';
import { local, policy, ReferralLife } from './referral-life.ts';

const received = () => ReferralLife.received({ policy: withAllMessages(policy) });
const at = (now: string, starts: string) => received().book('a1', starts).until(local(now));
const cancel = (askedBy: 'person' | 'provider') => (it: ReferralLife) =>
  it.do('cancel-appointment', { appointmentId: 'a1', askedBy, reason: 'other' });
const asked = (life: ReferralLife) =>
  life.at.attention
    .filter(({ code }) => code === 'tell-of-change')
    .map(({ owner, ref }) => `${owner} ${String(ref)}`);

describe('M92 an appointment ahead that a closure cancels: no text tells of it, so somebody is asked', () => {
  const ahead = () => at('2026-03-03 10:00', '2026-03-20 14:00');
  const close = (reason: ClosureReason, life = ahead()) => life.do('close-pathway', { reason });

  test.each(['declined', 'moved', 'not-suitable', 'duplicate', 'other'] as const)(
    'closed as %s, until the person was told',
    (reason) => {
      const life = close(reason);
      expect(asked(life)).toEqual(['ProviderWorker a1']);
      life.attempt('no-answer');
      expect(asked(life)).toEqual(['ProviderWorker a1']);
      expect(asked(life.attempt('reached'))).toEqual([]);
    },
  );

  test('by a word left for them too, and by any try once its time is over', () => {
    const life = close('moved');
    const left = life.fork();
    expect(asked(left.attempt('left-message'))).toEqual([]);
    life.until(local('2026-03-20 15:00'));
    expect(asked(life)).toEqual(['ProviderWorker a1']);
    expect(asked(life.attempt('no-answer'))).toEqual([]);
  });

  test('also where a clock closes, and where the time to come back is over nobody is asked any more', () => {
    const life = received().until(local('2026-06-02 10:00'));
    life.book('a1', '2026-08-20 14:00').until(local('2026-06-03 12:00'));
    expect(life.of('pathway-closed')).toMatchObject([{ data: { reason: 'not-engaged-in-time' } }]);
    expect(asked(life)).toEqual(['ProviderWorker a1']);
    const gone = close('moved').until(local('2026-04-01 10:00'));
    expect(gone.at.stage).toBe('finished');
    expect(asked(gone)).toEqual([]);
  });

  test('what was still to be told when it is closed is asked on', () => {
    const life = at('2026-03-03 20:30', '2026-03-04 07:45');
    cancel('provider')(life);
    expect(asked(close('other', life))).toEqual(['ProviderWorker a1']);
  });

  test('not of who died, is held, or was handed over, of what is void or over, nor where such texts are off', () => {
    const after = (life: ReferralLife, fact: object) => {
      life.engine('carry-fact', { factId: 'f1', ...fact });
      return life;
    };
    expect(asked(after(ahead(), { fact: 'death' }))).toEqual([]);
    expect(asked(after(close('moved'), { fact: 'death' }))).toEqual([]);
    expect(asked(close('other', after(ahead(), { fact: 'custody' })))).toEqual([]);
    expect(asked(close('prison'))).toEqual([]);
    expect(asked(close('transferred'))).toEqual([]);
    const manager = { role: 'Manager' } as const;
    expect(asked(ahead().do('void-pathway', { reason: 'wrong-person' }, manager))).toEqual([]);
    expect(asked(close('other', at('2026-03-20 15:30', '2026-03-20 14:00')))).toEqual([]);
    const old = ReferralLife.received().book('a1', '2026-03-20 14:00');
    expect(asked(close('moved', old))).toEqual([]);
  });

  test('who is reached where it is closed for good is told; of anything else there is a new referral', () => {
    const life = close('duplicate');
    expect(life.at.finished).toBe(true);
    expect(asked(life.attempt('reached'))).toEqual([]);
    const again = { channel: 'phone', result: 'reached', by: 'person' } as const;
    expect(life.take(life.command('record-contact-attempt', again)).refusal?.code).toBe('wrong-stage');
  });
});
