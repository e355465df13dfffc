import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { isSameRoute } from './acceptance.ts';
import { raise, settle } from './attention.ts';
import { clearRules, transferAnswer } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import {
  askElsewhere,
  bookedAhead,
  cancelAhead,
  refuseBefore,
  refuseOutsider,
  refuseWithoutProvider,
} from './handing-over.ts';
import type { Refused } from './handing-over.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';
import type { TransferAnswer } from './transfer.ts';

/**
 * From one provider to another. Who has the person offers them and may take that back; who is offered them answers; a
 * manager may do either. Until the answer nothing changes, and with it no clock of the waiting time starts anew.
 */

export function offerTransfer(
  state: DiversionState,
  command: DiversionCommandOf<'transfer-pathway'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { data, occurredAt, commandId: transferId } = command;
  const { to, reason } = data;
  const { route: from, policy, seq } = state;
  const refused = refuseOffer(state, command);
  if (refused !== undefined || from === null) {
    return refused ?? refuse('condition-not-met', 'No provider has this referral.');
  }
  return new DecisionDraft(state, command)
    .record(
      'transfer-offered',
      occurredAt,
      { transferId, to, from, reason },
      {
        armed: [transferAnswer(seq, { transferId, offeredAt: occurredAt }, policy)],
        settled: settle(state, ['routed-elsewhere', 'transfer-declined']),
      },
    )
    .decided();
}

function refuseOffer(
  state: DiversionState,
  { data, occurredAt }: DiversionCommandOf<'transfer-pathway'>,
): Refused {
  const { route, transfer, acceptance } = state;
  const { to, reason } = data;
  if (transfer !== null) {
    const { transferId, offeredAt } = transfer;
    return isSameRoute(transfer.to, to) && transfer.reason === reason
      ? refuse('already-done', 'The person is already offered to this provider.', { transferId, offeredAt })
      : refuse('conflict', 'The person is already offered: take that offer back first.', {
          transferId,
          offeredAt,
        });
  }
  return (
    refuseWithoutProvider(state) ??
    refuseUnshared(state) ??
    (isSameRoute(route, to)
      ? refuse('condition-not-met', 'This provider has the person.', { ...to })
      : refuseBefore(
          occurredAt,
          acceptance.routedAt,
          'The offer is dated before the present provider got the person.',
        ))
  );
}

/** With the acceptance the whole case goes over, and that is sharing (UK GDPR art. 7(3)). */
function refuseUnshared({ consents }: Pick<DiversionState, 'consents'>): Refused {
  return consents.sharing === 'withdrawn'
    ? refuse(
        'condition-not-met',
        'The person has taken back their consent to sharing: ask them and record what they say, or close the referral.',
        { sharing: 'withdrawn' },
      )
    : undefined;
}

/** Who takes back their consent to sharing is offered to nobody any more: the open offer ends, and the person stays. */
export function endOffer(draft: DecisionDraft, at: Instant): void {
  const { transfer } = draft.state;
  if (transfer === null) return;
  const { transferId, offeredAt } = transfer;
  draft.record(
    'transfer-taken-back',
    at < offeredAt ? offeredAt : at,
    { transferId },
    {
      cleared: clearRules(draft.state, ['transfer-answer'], 'ended'),
      settled: settle(draft.state, aboutTransfer),
    },
  );
}

/** What the offer, or its lack, asked. */
const aboutTransfer: readonly AttentionCode[] = ['transfer-unanswered', 'transfer-unanswered-manager'];

export function acceptTransfer(
  state: DiversionState,
  command: DiversionCommandOf<'accept-transfer'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt } = command;
  const { transfer, route: from, acceptance } = state;
  const refused = refuseAnswer(state, command, 'accepted') ?? refuseUnshared(state);
  if (refused !== undefined || transfer === null || from === null) {
    return refused ?? refuseUnknown();
  }
  const { transferId, to: route } = transfer;
  const cancelled = bookedAhead(state, now);
  const rebook = cancelAhead(state, cancelled, { route }, occurredAt);
  const elsewhere = askElsewhere(state, cancelled, route);
  return new DecisionDraft(state, command)
    .record(
      'transfer-accepted',
      occurredAt,
      { transferId, route, from, cancelled },
      {
        cleared: [...clearRules(state, ['transfer-answer', 'acceptance'], 'met'), ...rebook.cleared],
        settled: [
          ...settle(state, [
            ...aboutTransfer,
            'transfer-declined',
            'routed-elsewhere',
            'no-route',
            'not-accepted',
            'not-accepted-manager',
            'not-enrolled',
          ]),
          ...elsewhere.settled,
        ],
        raised: [
          ...rebook.raised,
          ...elsewhere.raised,
          // Somebody carried the case, and with the receiver nobody does yet.
          ...(acceptance.workerId === null ? [] : [raise({ route }, 'unassigned', occurredAt)]),
        ],
      },
    )
    .decided();
}

export function declineTransfer(
  state: DiversionState,
  command: DiversionCommandOf<'decline-transfer'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, data } = command;
  const refused = refuseAnswer(state, command, 'declined');
  if (refused !== undefined) {
    return refused;
  }
  return new DecisionDraft(state, command)
    .record(
      'transfer-declined',
      occurredAt,
      { transferId: data.transferId, reason: data.reason },
      {
        cleared: clearRules(state, ['transfer-answer'], 'met'),
        settled: settle(state, aboutTransfer),
        raised: [raise(state, 'transfer-declined', occurredAt)],
      },
    )
    .decided();
}

export function takeBackTransfer(
  state: DiversionState,
  command: DiversionCommandOf<'take-back-transfer'>,
  _now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, data } = command;
  const refused = refuseAnswer(state, command, 'taken-back');
  if (refused !== undefined) {
    return refused;
  }
  return new DecisionDraft(state, command)
    .record(
      'transfer-taken-back',
      occurredAt,
      { transferId: data.transferId },
      {
        cleared: clearRules(state, ['transfer-answer'], 'ended'),
        settled: settle(state, aboutTransfer),
      },
    )
    .decided();
}

type Answering = DiversionCommandOf<'accept-transfer' | 'decline-transfer' | 'take-back-transfer'>;

function refuseAnswer(
  state: DiversionState,
  { data, occurredAt, actor }: Answering,
  answer: TransferAnswer,
): Refused {
  const { transfer, answeredTransfer } = state;
  if (answeredTransfer?.transferId === data.transferId) {
    const { at, ...known } = answeredTransfer;
    return known.answer === answer
      ? refuse('already-done', 'This is already recorded of the offer.', { ...known, at })
      : refuse('conflict', 'The offer was already answered, or taken back.', { ...known, at });
  }
  if (transfer?.transferId !== data.transferId) {
    return refuseUnknown();
  }
  return (
    (answer === 'taken-back' ? undefined : refuseOutsider(transfer.to.providerId, actor)) ??
    refuseBefore(occurredAt, transfer.offeredAt, 'It is dated before the offer.')
  );
}

function refuseUnknown(): NonNullable<Refused> {
  return refuse('not-found', 'There is no such open offer of a transfer.');
}
