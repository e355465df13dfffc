import { describe, expect, test } from '@jest/globals';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import type { MessageIntent } from '../../../workflows/domain/common/message-intent.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import type { CompulsoryState } from '../../../workflows/domain/compulsory/state.ts';
import { CompulsoryCase, initial, requirementData } from './compulsory-case.ts';

/** The notice is served by then. */
const noticed = '2026-03-02T11:00:00.000Z';

/** What the same command comes to under a policy that has all messages on. */
function told(it: CompulsoryCase, name: string, data: unknown, change: Partial<CompulsoryState> = {}) {
  const { state, now } = it;
  const decision = compulsory.decide(
    { ...state, policy: withAllMessages(state.policy), ...change },
    it.command(name, data),
    now,
  );
  expect(decision.refusal).toBeUndefined();
  return decision.intents as readonly MessageIntent[];
}

describe('what the person is told of the duty', () => {
  test('M94 of the appointment that a requirement sets, in the sending hours', () => {
    const it = CompulsoryCase.tested();
    it.now = noticed;
    expect(told(it, 'impose-requirement', requirementData())).toMatchObject([
      { purpose: 'appointment-booked', channel: 'sms', appointmentId: 'ia-1', expiresAt: initial.startsAt },
    ]);
  });

  test('nothing by text who wants none or is in custody; the duty is the same', () => {
    const it = CompulsoryCase.tested();
    const since = it.now;
    it.now = noticed;
    expect(told(it, 'impose-requirement', requirementData(), { textsStoppedAt: since })).toEqual([]);
    expect(told(it, 'impose-requirement', requirementData(), { textsRefusedAt: since })).toEqual([]);
    expect(told(it, 'impose-requirement', requirementData(), { custodySince: since })).toEqual([]);
  });

  test('that an assessment was missed', () => {
    const it = CompulsoryCase.required();
    it.waitUntil('2026-03-05T16:00:00.000Z');
    const missed = { appointmentId: 'ia-1', attendance: 'absent' };
    expect(told(it, 'record-attendance', missed)).toMatchObject([
      { purpose: 'appointment-missed', appointmentId: 'ia-1' },
    ]);
  });

  test('under a policy that names no purposes nothing but the one reminder is planned', () => {
    const it = CompulsoryCase.required();
    expect(it.intents).toEqual([]);
    expect(it.state.deadlines.filter(({ rule }) => rule.startsWith('reminder'))).toHaveLength(1);
  });
});

describe('the link to the person’s page', () => {
  const on = (state: CompulsoryState): CompulsoryState => {
    const { messages } = withAllMessages(state.policy);
    return { ...state, policy: { ...state.policy, messages: { ...messages, purposes: ['page-link'] } } };
  };

  test('M94 goes with the first booking where it is switched on', () => {
    const it = CompulsoryCase.tested();
    it.now = noticed;
    const command = it.command('impose-requirement', requirementData());
    const decision = compulsory.decide(on(it.state), command, it.now);
    expect(decision.intents).toMatchObject([{ purpose: 'page-link', channel: 'sms' }]);
    expect(decision.events?.at(-1)).toMatchObject({ type: 'page-link-planned', data: { by: 'booking' } });
    const linked = { ...on(it.state), pageLinkAt: it.now };
    expect(compulsory.decide(linked, command, it.now).intents).toEqual([]);
  });

  test('goes when an assessor asks for it, and is refused with the reason where it cannot', () => {
    const it = CompulsoryCase.required();
    expect(told(it, 'send-page-link', {})).toMatchObject([
      { purpose: 'page-link', expiresAt: expect.any(String) as unknown },
    ]);
    const asked = (change: Partial<CompulsoryState>) =>
      compulsory.decide({ ...it.state, ...change }, it.command('send-page-link', {}), it.now).refusal;
    const since = it.now;
    expect(asked({ textsStoppedAt: since })?.details).toEqual({ reason: 'texts-stopped' });
    expect(asked({ custodySince: since })?.details).toEqual({ reason: 'in-custody' });
    expect(asked({ appointments: [] })?.details).toEqual({ reason: 'no-appointment' });
  });
});
