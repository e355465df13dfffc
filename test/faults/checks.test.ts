import { describe, expect, test } from '@jest/globals';
import { toInstant, epochMs } from '../../workflows/domain/common/instant.ts';
import type { Command } from '../../workflows/domain/common/command.ts';
import type { StoredEvent } from '../../workflows/domain/common/event.ts';
import { actor } from '../support/pathways.ts';
import { checkActs } from './checks/acts.ts';
import { checkArrestTasks } from './checks/arrest-tasks.ts';
import { checkClocks } from './checks/clocks.ts';
import { checkClosures } from './checks/closures.ts';
import { checkFolds } from '../../scripts/house/folds.ts';
import { checkMessages } from './checks/messages.ts';
import { checkMailsOnce, checkSentOnce, checkStopped, unsettled } from './checks/sent-once.ts';
import { checkVoluntaryWords } from './checks/voluntary-words.ts';
import { ringsInTime } from './cells/standing-timers.ts';
import type { LedgerPathway, MessageRow } from '../../scripts/house/ledger-snapshot.ts';
import type { AskedAct } from '../../scripts/house/officer.ts';
import {
  codes,
  firstContactDue,
  later,
  ledger,
  opened,
  opening,
  passed,
  pathwayId,
  received,
  referral,
  withEvent,
} from './sample-ledger.ts';

/*
 * A check that cannot fail proves nothing: each of them is shown a ledger that is as it should be, and the
 * same one with a single thing wrong.
 */

describe('the check of clocks', () => {
  test('passes a clock that is recorded once, late', () => {
    expect(checkClocks([passed], later)).toEqual([]);
  });

  test.each([
    ['is not recorded', opened],
    ['is recorded early', withEvent(passed, 2, { recordedAt: toInstant(epochMs(firstContactDue) - 1) })],
    ['is recorded twice', { ...passed, events: [...passed.events, ...passed.events.slice(1)] }],
    ['passed by the command of somebody else', withEvent(passed, 2, { commandId: 'another' })],
    ['is announced and not cleared', withEvent(passed, 2, { cleared: [] })],
  ])('sees a clock that %s', (_what, pathway) => {
    expect(codes(checkClocks([pathway], later))).toEqual(['I4']);
  });
});

describe('the check of folds', () => {
  test('passes a row that is what the events amount to', () => {
    expect(checkFolds([opened, passed])).toEqual([]);
  });

  test.each([
    ['a summary of another stage', { ...passed, summary: opened.summary }],
    ['a column of another clock', { ...passed, columns: { ...passed.columns, nextDueRule: 'closure' } }],
    [
      'a row that says of nothing since when it is late',
      { ...passed, columns: { ...passed.columns, lateSince: null } },
    ],
    ['a gap', { ...passed, events: passed.events.slice(1) }],
    ['a head that is ahead', { ...passed, headSeq: passed.headSeq + 1 }],
  ])('sees %s', (_what, pathway) => {
    expect(codes(checkFolds([pathway]))).toEqual(['I11']);
  });
});

describe('the check of acts', () => {
  const request = { key: 'key-1', commandId: 'opening', state: 'answered', status: 201 };
  const act = (status: number | undefined, body: unknown = {}): AskedAct => ({
    ...{ key: 'key-1', user: 'officer', path: '/api/v1/referrals', body: {}, sentAt: 0, heard: [] },
    final: status === undefined ? undefined : { status, body },
  });

  test('passes an act that was taken and is recorded once', () => {
    const answer = act(201, { events: [{ seq: 1, type: 'referral-received' }] });
    expect(checkActs([answer], ledger({ pathways: [opened], requests: [request] }))).toEqual([]);
  });

  test.each([
    ['taken and not recorded', act(201), []],
    ['recorded in two pathways', act(201), [opened, { ...opened, pathwayId: 'other' }]],
    ['refused and recorded', act(409), [opened]],
    ['never answered', act(undefined), [opened]],
    ['answered by an error', act(500), []],
    ['answered with other events', act(201, { events: [] }), [opened]],
  ])('sees an act that was %s', (_what, asked, pathways) => {
    expect(codes(checkActs([asked], ledger({ pathways, requests: [request] })))).toEqual(['I1']);
  });

  test('sees a command that nobody was told of', () => {
    expect(codes(checkActs([], ledger({ pathways: [opened] })))).toEqual(['I1']);
  });
});

describe('the check of arrest tasks', () => {
  const stored = (
    seq: number,
    type: string,
    data: unknown,
    commandId = `command-${String(seq)}`,
  ): StoredEvent => ({
    ...{ seq, type, version: 1, data: data as StoredEvent['data'], commandId, actor: actor('DipOfficer') },
    ...{ occurredAt: received, recordedAt: received },
  });
  const duty = (...events: readonly StoredEvent[]): LedgerPathway => ({
    ...opened,
    kind: 'compulsory',
    events,
  });
  const declared = stored(1, 'breach-declared', { breachId: 'b' });
  const issued = stored(2, 'arrest-task-issued', { taskId: 't', breachId: 'b' });
  const row = { taskId: 't', pathwayId, breachId: 'b', status: 'issued' };
  const withdrawal = {
    ...{
      factId: 'f',
      personId: 'person',
      kind: 'task-withdrawn',
      taskId: 't',
      requestId: 'r',
      carried: true,
    },
    ...{ occurredAt: received, recordedAt: received, data: {} },
  };

  test('passes a task of a breach in force', () => {
    expect(checkArrestTasks(ledger({ pathways: [duty(declared, issued)], tasks: [row] }))).toEqual([]);
  });

  test.each([
    ['without a breach', ledger({ pathways: [duty(issued)], tasks: [row] })],
    [
      'of a breach that was withdrawn',
      ledger({
        pathways: [duty(declared, issued, stored(3, 'breach-withdrawn', { breachId: 'b' }))],
        tasks: [row],
      }),
    ],
    [
      'open after a death',
      ledger({ pathways: [duty(declared, issued, stored(3, 'person-died', { factId: 'f' }))], tasks: [row] }),
    ],
    [
      'open after its withdrawal was carried',
      ledger({ pathways: [duty(declared, issued)], tasks: [row], facts: [withdrawal] }),
    ],
    [
      'whose row says otherwise',
      ledger({ pathways: [duty(declared, issued)], tasks: [{ ...row, status: 'withdrawn' }] }),
    ],
  ])('sees a task %s', (_what, wrong) => {
    expect(codes(checkArrestTasks(wrong))).toEqual(['I6']);
  });
});

describe('the check of the voluntary path', () => {
  test('passes a referral', () => {
    expect(checkVoluntaryWords([passed])).toEqual([]);
  });

  test('sees a word of the compulsory path', () => {
    const wrong = withEvent(opened, 1, { data: { reasonCode: 'breach' } });
    expect(codes(checkVoluntaryWords([wrong]))).toEqual(['I7']);
  });
});

describe('the check of closures', () => {
  const closing: Command = {
    ...{ commandId: 'closing', name: 'close-pathway', data: { reason: 'declined' } },
    ...{ occurredAt: '2026-03-03T09:00:00.000Z', receivedAt: '2026-03-03T09:00:00.000Z' },
    actor: actor('Manager'),
  };
  const closed = referral(opening(), closing);

  test('passes one closure', () => {
    expect(checkClosures([opened, closed])).toEqual([]);
  });

  test.each([
    ['a second closure', { ...closed, events: [...closed.events, ...closed.events.slice(1)] }],
    ['a row that is open', { ...closed, columns: { ...closed.columns, closedAt: null } }],
  ])('sees %s', (_what, pathway) => {
    expect(codes(checkClosures([pathway]))).toEqual(['I9']);
  });
});

describe('the check of messages', () => {
  const message = (gatewayId: string | null, status: string): MessageRow => ({
    ...{
      id: `m-${String(gatewayId)}`,
      pathwayId,
      commandId: 'c',
      purpose: 'appointment-reminder',
      urgency: 4,
    },
    ...{ status, reason: null, channel: 'sms', gatewayId, plannedAt: received, handedOverAt: received },
  });
  const text = (sid: string) => ({
    ...{ at: received, to: '+447700900001', from: '+447700900000', body: 'x', accepted: true, sid },
    ...{ code: null, fault: null },
  });

  test('passes a text of each message, and an unclear one', () => {
    const messages = [message('SM1', 'sent'), message(null, 'unknown')];
    expect(checkMessages({ messages }, [text('SM1'), text('SM2')])).toEqual([]);
  });

  test.each([
    ['a second text of one message', [message('SM1', 'sent')], [text('SM1'), text('SM2')]],
    ['one text for two messages', [message('SM1', 'sent'), message('SM1', 'sent')], [text('SM1')]],
    ['a text that never was', [message('SM1', 'sent')], []],
  ])('sees %s', (_what, messages, texts) => {
    expect(codes(checkMessages({ messages }, texts))).toEqual(['I2']);
  });
});

describe('the check that each message is sent once, and none after a stop', () => {
  const of = (id: string, status: string, gatewayId: string | null, channel = 'sms'): MessageRow => ({
    ...{ id, pathwayId, commandId: 'c', purpose: 'appointment-booked', urgency: 3, reason: null },
    ...{ status, channel, gatewayId, plannedAt: received, handedOverAt: later },
  });
  const text = (intentId: string, sid: string, to = '+447700900001') => ({
    ...{ at: later, to, from: '+447700900000', body: 'x', accepted: true, sid, code: null, fault: null },
    statusCallback: `http://localhost/webhooks/sms/status/f/${intentId}#rc=5&rp=ct,rt,5xx`,
  });
  const mail = (intentId: string) => ({
    ...{ at: later, sender: 'a@b.example', recipients: ['c@d.example'], accepted: true, code: 250 },
    fault: null,
    mail: {
      ...{ from: '', to: [], replyTo: [], subject: '', messageId: `<${intentId}@b.example>`, text: '' },
      ...{ html: false, attachments: [], source: '' },
    },
  });
  const pathways = [opened];

  test('passes a text and a mail of each, and one that is still looked for', () => {
    const messages = [
      of('i1', 'delivered', 'SM1'),
      of('i2', 'sending', null),
      of('i3', 'sent', null, 'email'),
    ];
    expect(checkSentOnce({ messages, pathways }, [text('i1', 'SM1'), text('i2', 'SM2')])).toEqual([]);
    expect(checkMailsOnce({ messages }, [mail('i3')])).toEqual([]);
    expect(unsettled(messages).map(({ id }) => id)).toEqual(['i2']);
  });

  test.each([
    ['two texts of one intent', [of('i1', 'sent', 'SM1')], [text('i1', 'SM1'), text('i1', 'SM2')]],
    ['a text of no intent', [], [text('i1', 'SM1')]],
    ['one that takes another text for its own', [of('i1', 'sent', 'SM9')], [text('i1', 'SM1')]],
    ['one that was taken and is called failed', [of('i1', 'failed', null)], [text('i1', 'SM1')]],
    ['one that is not clear, of which nobody is told', [of('i1', 'unknown', null)], []],
  ])('sees %s', (_what, messages, texts) => {
    expect(codes(checkSentOnce({ messages, pathways }, texts))).toContain('I2');
  });

  test('sees a text that failed and that nobody is told of, and passes one that the carrier had stopped', () => {
    const failed = (reason: string) => [{ ...of('i1', 'failed', null), reason }];
    expect(codes(checkSentOnce({ messages: failed('refused-21612'), pathways }, []))).toEqual(['I2']);
    expect(checkSentOnce({ messages: failed('refused-21610'), pathways }, [])).toEqual([]);
  });

  test('sees a mail that was taken twice, and one of no intent', () => {
    const messages = [of('i3', 'sent', null, 'email')];
    expect(codes(checkMailsOnce({ messages }, [mail('i3'), mail('i3')]))).toEqual(['I2']);
    expect(codes(checkMailsOnce({ messages }, [mail('i4')]))).toEqual(['I2']);
  });

  test('sees what was judged to leave after a stop, and passes what had left the judge before', () => {
    const messages = [of('i1', 'sent', 'SM1')];
    const phone = '+447700900001';
    const stoppedAt = Date.parse(later);
    const stopped = (at: number) =>
      checkStopped({ messages }, [text('i1', 'SM1')], [{ phone, at, by: 'death' }]);
    expect(codes(stopped(stoppedAt - 1))).toEqual(['I3']);
    expect(stopped(stoppedAt)).toEqual([]);
  });
});

describe('the check of timers', () => {
  const due = Date.parse('2026-03-03T14:30:00.000Z');

  test.each([
    ['rings just then', due, due, true],
    ['rings before, since the clock moved further away', due - 3_600_000, due - 3_600_000, true],
    ['rings a little later than the ledger says', due + 200, due + 300, true],
    ['rings a minute late', due + 60_000, due + 60_000, false],
  ])('a timer that %s', (_what, earliest, latest, inTime) => {
    expect(ringsInTime({ earliest, latest }, due)).toBe(inTime);
  });

  test('a run without a timer never rings', () => {
    expect(ringsInTime('none', due)).toBe(false);
  });
});
