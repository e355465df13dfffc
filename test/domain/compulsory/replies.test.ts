import { describe, expect, test } from '@jest/globals';
import type { ReplyMeaning } from '../../../workflows/domain/common/reply.ts';
import { explain } from '../../../workflows/domain/compulsory/explain.ts';
import {
  CompulsoryCase,
  day,
  followUpSet,
  hour,
  minute,
  initial,
  plus,
  testedAt,
} from './compulsory-case.ts';

const reply = (meaning: ReplyMeaning, replyId = 'r1', appointmentId: string | null = 'ia-1') => ({
  ...{ replyId, meaning, appointmentId, callToday: false },
});

describe('M93 what a duty makes of a text that came in', () => {
  test('2 asks the assessor and moves nothing; beside the failure it stands as evidence and excuses nothing by itself', () => {
    const it = CompulsoryCase.required();
    const before = it.clocks;
    it.tell('record-reply', reply('cannot-come'), { at: plus(testedAt, day) });
    it.tell('record-reply', reply('cannot-come', 'r2'), { at: plus(testedAt, day) });
    expect(it.attention).toEqual(['reply-cannot-come ia-1']);
    expect(it.clocks).toEqual(before);
    expect(it.stage).toBe('initial-assessment');
    expect(it.state.attention[0]?.owner).toBe('InitialAssessor');
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: plus(initial.endsAt, minute) },
    );
    expect(it.stage).toBe('good-cause-review');
    expect(it.attention.join()).not.toContain('reply-cannot-come');
    const wait = explain(it.state, it.now).waits.find(({ rule }) => rule === 'failure-undecided');
    expect(wait?.what).toContain('The person had written on 3 March 2026');
    expect(it.state.failures[0]?.review).toBe('undecided');
  });

  test('2 that may be about another case is asked about, and stands beside the failure as what it is', () => {
    const it = CompulsoryCase.required();
    const unclear = (meaning: ReplyMeaning, replyId: string) => ({
      ...reply(meaning, replyId),
      unclear: true as const,
    });
    it.tell('record-reply', unclear('confirm', 'r1'), { at: plus(testedAt, day) });
    it.tell('record-reply', unclear('cannot-come', 'r2'), { at: plus(testedAt, day) });
    expect(it.attention).toEqual(['reply-to-read r1', 'reply-to-read r2']);
    expect(it.state.appointments[0]).not.toHaveProperty('confirmedAt');
    expect(it.state.appointments[0]).not.toHaveProperty('cannotComeAt');
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'absent' },
      { at: plus(initial.endsAt, minute) },
    );
    const wait = explain(it.state, it.now).waits.find(({ rule }) => rule === 'failure-undecided');
    expect(wait?.what).toMatch(/had written on 3 March 2026.*may have meant an appointment of another case/);
  });

  test('1 confirms the assessment; the duty stays', () => {
    const it = CompulsoryCase.required();
    it.tell('record-reply', reply('confirm'), { at: plus(testedAt, day) });
    expect(it.attention).toEqual([]);
    expect(it.state.appointments[0]).toMatchObject({ status: 'booked', confirmedAt: plus(testedAt, day) });
  });

  test('1 after 2: they will come after all, and somebody reads that', () => {
    const it = CompulsoryCase.required();
    it.tell('record-reply', reply('cannot-come'), { at: plus(testedAt, day) });
    it.tell('record-reply', reply('confirm', 'r2'), { at: plus(testedAt, day) });
    expect(it.attention).toEqual(['reply-to-read r2']);
    const [known] = it.state.appointments;
    expect(known).toMatchObject({ confirmedAt: plus(testedAt, day), cannotComeAt: plus(testedAt, day) });
  });

  test('1 from a phone that said it is a stranger’s confirms nothing', () => {
    const it = CompulsoryCase.required();
    it.tell('record-reply', reply('wrong-person'), { at: plus(testedAt, day) });
    it.tell('record-reply', reply('confirm', 'r2'), { at: plus(testedAt, day) });
    expect(it.attention).toEqual(['check-number r1', 'reply-to-read r2']);
    expect(it.state.appointments[0]).not.toHaveProperty('confirmedAt');
  });

  test('what may speak of harm is asked on through the end of the duty, until somebody has seen to it', () => {
    const it = CompulsoryCase.tested();
    it.tell('record-reply', { ...reply('other', 'r1', null), callToday: true });
    it.take('conclude-without-requirement', { reasonCode: 'released' }, { at: plus(testedAt, hour) });
    expect(it.attention).toEqual(['call-today r1']);
    it.tell('settle-reply', { replyId: 'r1', appointmentId: null, finding: 'dealt-with' });
    expect(it.attention).toEqual([]);
  });

  test('what has to be read, a stranger’s number and CANCEL wait until somebody settles them', () => {
    const it = CompulsoryCase.required();
    it.tell('record-reply', reply('other'));
    it.tell('record-reply', reply('wrong-person', 'r2'));
    it.tell('record-reply', { ...reply('stop', 'r3'), callToday: true });
    expect(it.attention).toEqual(['call-today r3', 'check-number r2', 'reply-to-read r1']);
    for (const replyId of ['r1', 'r2', 'r3'])
      it.tell('settle-reply', { replyId, appointmentId: 'ia-1', finding: 'dealt-with' });
    expect(it.attention).toEqual([]);
  });

  test('a pathway that has ended refuses: the reply is listed for a person', () => {
    const it = CompulsoryCase.tested();
    it.take('conclude-without-requirement', { reasonCode: 'released' }, { at: plus(testedAt, hour) });
    expect(it.refusedRaw(it.engine('record-reply', reply('other'))).code).toBe('already-done');
  });

  test('follow-ups are the follow-up assessor’s to move', () => {
    const it = CompulsoryCase.required();
    it.take(
      'record-attendance',
      { appointmentId: 'ia-1', attendance: 'attended-and-remained', followUp: followUpSet },
      { at: plus(initial.endsAt, minute) },
    );
    const about = it.state.appointments.at(-1)?.appointmentId ?? '';
    it.tell('record-reply', reply('cannot-come', 'r5', about));
    const raised = it.state.attention.find(({ code }) => code === 'reply-cannot-come');
    expect(raised).toMatchObject({ ref: about, owner: 'FollowUpAssessor' });
  });
});
