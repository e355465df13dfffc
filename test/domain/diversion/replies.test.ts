import { describe, expect, test } from '@jest/globals';
import type { ReplyMeaning } from '../../../workflows/domain/common/reply.ts';
import { summarise } from '../../../workflows/domain/diversion/summarise.ts';
import { explain } from '../../../workflows/domain/diversion/explain.ts';
import { local, receipt, ReferralLife } from './referral-life.ts';

const starts = local('2026-03-05 14:00');

function booked(): ReferralLife {
  return ReferralLife.received()
    .until(local('2026-03-03 10:00'))
    .do('book-appointment', {
      ...{ appointmentId: 'a1', kind: 'first-meeting', startsAt: starts },
      ...{ endsAt: local('2026-03-05 15:00'), placeCode: 'ddas-carmarthen' },
    });
}

function reply(
  life: ReferralLife,
  meaning: ReplyMeaning,
  given: {
    readonly appointmentId?: string | null;
    readonly callToday?: boolean;
    readonly replyId?: string;
  } = {},
) {
  const { appointmentId = 'a1', callToday = false, replyId = 'r1' } = given;
  return life.engine('record-reply', { replyId, meaning, appointmentId, callToday });
}

const asked = ({ at }: ReferralLife) =>
  at.attention
    .filter(({ code }) => /^(reply-|check-number|call-today)/.test(code))
    .map(({ code, ref }) => `${code} ${String(ref)}`);

describe('M93 what a referral makes of a text that came in', () => {
  test('1 confirms the appointment, and nobody is asked anything', () => {
    const life = booked();
    const before = life.at.attention;
    reply(life, 'confirm');
    expect(life.at.attention).toEqual(before);
    expect(life.at.appointments[0]).toMatchObject({ status: 'booked', confirmedAt: life.now });
    expect(summarise(life.at).appointments[0]).toMatchObject({ confirmedAt: life.now });
    expect(life.of('reply-recorded')[0]?.data).toEqual({
      ...{ replyId: 'r1', meaning: 'confirm', appointmentId: 'a1' },
    });
  });

  test.each(['confirm', 'cannot-come'] as const)(
    '%s that may be about another case confirms and cancels nothing: the caseworker asks',
    (meaning) => {
      const life = booked();
      const data = { replyId: 'r1', meaning, appointmentId: 'a1', callToday: false, unclear: true };
      life.engine('record-reply', data);
      expect(asked(life)).toEqual(['reply-to-read r1']);
      expect(life.of('reply-recorded')[0]?.data).toEqual({
        ...{ replyId: 'r1', meaning, appointmentId: 'a1', unclear: true },
      });
      expect(life.at.appointments[0]).not.toHaveProperty('confirmedAt');
      expect(life.at.appointments[0]).not.toHaveProperty('cannotComeAt');
    },
  );

  test('2 asks the caseworker until the appointment is moved', () => {
    const life = booked();
    reply(life, 'cannot-come');
    reply(life, 'cannot-come', { replyId: 'r2' });
    expect(asked(life)).toEqual(['reply-cannot-come a1']);
    const wait = explain(life.at, life.now).waits.find(({ rule }) => rule === 'reply-cannot-come');
    expect(wait).toMatchObject({ whoCanMove: ['ProviderWorker'], ref: 'a1' });
    expect(wait?.what).toContain('It is on 5 March 2026 at 14:00');
    life.do('reschedule-appointment', {
      ...{ appointmentId: 'a1', startsAt: local('2026-03-06 14:00'), endsAt: local('2026-03-06 15:00') },
      ...{ askedBy: 'person', reason: 'work' },
    });
    expect(asked(life)).toEqual([]);
    expect(life.at.appointments.map(({ cannotComeAt }) => cannotComeAt !== undefined)).toEqual([true, false]);
  });

  test.each([
    [
      'cancelled',
      (life: ReferralLife) =>
        life.do('cancel-appointment', { appointmentId: 'a1', askedBy: 'person', reason: 'ill' }),
    ],
    [
      'over',
      (life: ReferralLife) =>
        life
          .until(local('2026-03-05 15:30'))
          .do('record-attendance', { appointmentId: 'a1', attendance: 'absent' }),
    ],
    [
      'settled',
      (life: ReferralLife) => {
        life.engine('settle-reply', { replyId: 'r1', appointmentId: 'a1', finding: 'dealt-with' });
        return life;
      },
    ],
  ])('who could not come has their answer once it is %s', (_how, answer) => {
    const life = booked();
    reply(life, 'cannot-come');
    expect(asked(life)).toEqual(['reply-cannot-come a1']);
    expect(asked(answer(life))).toEqual([]);
  });

  test('1 after 2: they will come after all, and somebody reads that instead of moving the appointment', () => {
    const life = booked();
    reply(life, 'cannot-come');
    reply(life, 'confirm', { replyId: 'r2' });
    expect(asked(life)).toEqual(['reply-to-read r2']);
    expect(life.at.appointments[0]).toMatchObject({ confirmedAt: life.now });
    reply(life, 'cannot-come', { replyId: 'r3' });
    expect(asked(life)).toEqual(['reply-to-read r2', 'reply-cannot-come a1']);
  });

  test.each<ReplyMeaning>(['confirm', 'cannot-come'])(
    '%s from a phone that said it is a stranger’s confirms and cancels nothing, until somebody has checked the number',
    (meaning) => {
      const life = booked();
      reply(life, 'wrong-person');
      reply(life, meaning, { replyId: 'r2' });
      expect(asked(life)).toEqual(['check-number r1', 'reply-to-read r2']);
      expect(life.at.appointments[0]).not.toHaveProperty('confirmedAt');
      expect(life.at.appointments[0]).not.toHaveProperty('cannotComeAt');
      life.engine('settle-reply', { replyId: 'r1', appointmentId: null, finding: 'number-is-right' });
      reply(life, meaning, { replyId: 'r3' });
      expect(life.of('reply-recorded').at(-1)?.data).toMatchObject({ appointmentId: 'a1' });
    },
  );

  test('what may speak of harm is asked on through a closure, until somebody has reached the person or seen to it', () => {
    const harm = () => {
      const life = booked();
      reply(life, 'other', { callToday: true });
      life.do('close-pathway', { reason: 'declined' });
      expect(asked(life)).toEqual(['call-today r1']);
      return life;
    };
    const seen = harm();
    seen.engine('settle-reply', { replyId: 'r1', appointmentId: null, finding: 'dealt-with' });
    expect(asked(seen)).toEqual([]);
    const called = harm();
    called.do('record-contact-attempt', { channel: 'phone', result: 'left-message', by: 'person' });
    expect(asked(called)).toEqual(['call-today r1']);
    called.do('record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' });
    expect(asked(called)).toEqual([]);
    const again = harm().do('reopen-pathway', { reason: 'came-back' });
    expect(asked(again)).toEqual(['call-today r1']);
  });

  test('reached at last about words of harm, a referral that is finished stays so', () => {
    const life = ReferralLife.received().attempt();
    life.until(local('2026-03-03 10:00')).attempt('no-answer', { channel: 'email' });
    life.until(local('2026-03-04 10:00')).attempt('no-answer');
    reply(life, 'other', { appointmentId: null, callToday: true });
    life.do('close-pathway', { reason: 'no-contact' });
    const within = local('2026-03-20 10:00');
    life.until(local('2026-05-01 10:00'));
    expect(life.at).toMatchObject({ stage: 'finished', attention: [{ code: 'call-today' }] });
    life.do(
      'record-contact-attempt',
      { channel: 'phone', result: 'reached', by: 'person' },
      { occurredAt: within },
    );
    expect(life.at).toMatchObject({ stage: 'finished', finished: true });
  });

  test.each<ReplyMeaning>(['confirm', 'cannot-come'])(
    '%s of what is not ahead any more is read by a person',
    (meaning) => {
      const life = booked().do('cancel-appointment', {
        appointmentId: 'a1',
        askedBy: 'person',
        reason: 'ill',
      });
      reply(life, meaning);
      expect(asked(life)).toEqual(['reply-to-read r1']);
      expect(life.of('reply-recorded')[0]?.data).toMatchObject({ appointmentId: null });
      expect(life.at.appointments[0]).not.toHaveProperty('confirmedAt');
    },
  );

  test('anything else is read, CANCEL is rung about today, and a stranger’s number is checked; reaching the person answers all', () => {
    const life = booked();
    reply(life, 'other');
    reply(life, 'stop', { replyId: 'r2', callToday: true });
    reply(life, 'wrong-person', { replyId: 'r3' });
    expect(asked(life)).toEqual(['reply-to-read r1', 'call-today r2', 'check-number r3']);
    life.do('record-contact-attempt', { channel: 'phone', result: 'reached', by: 'person' });
    expect(asked(life)).toEqual([]);
  });

  test('each is settled by itself, and what nobody asks any more is done', () => {
    const life = booked();
    reply(life, 'other');
    reply(life, 'other', { replyId: 'r2' });
    const settle = () =>
      life.engine('settle-reply', { replyId: 'r1', appointmentId: null, finding: 'dealt-with' });
    settle();
    expect(asked(life)).toEqual(['reply-to-read r2']);
    expect(settle().refusal?.code).toBe('already-done');
    expect(life.of('reply-settled').map(({ data }) => data)).toEqual([
      { replyId: 'r1', finding: 'dealt-with' },
    ]);
  });

  test('a referral that has ended refuses: the reply is listed for a person; nothing of it has a consequence', () => {
    const life = booked().do('close-pathway', { reason: 'declined' });
    const before = JSON.stringify(life.at);
    expect(reply(life, 'cannot-come').refusal?.code).toBe('already-done');
    expect(JSON.stringify(life.at)).toBe(before);
  });

  test('what is only about the person is no event of the referral, and a reply is never before its start', () => {
    const life = booked();
    expect(reply(life, 'stop').refusal?.code).toBe('already-done');
    life.engine(
      'record-reply',
      { replyId: 'r9', meaning: 'other', appointmentId: null, callToday: false },
      local('2026-01-01 10:00'),
    );
    expect(life.of('reply-recorded')[0]?.occurredAt).toBe(receipt);
  });

  test('without a provider the manager is asked', () => {
    const life = ReferralLife.received({ route: null });
    reply(life, 'other', { appointmentId: null });
    expect(life.at.attention.find(({ code }) => code === 'reply-to-read')?.owner).toBe('Manager');
  });
});
