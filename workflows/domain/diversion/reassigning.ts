import type { Decision } from '../common/decision.ts';
import { refuse } from '../common/decision.ts';
import type { Instant } from '../common/instant.ts';
import { replyAttention } from '../common/reply.ts';
import { reminderRules } from '../common/reminder.ts';
import { raise, settle } from './attention.ts';
import { beginningRules, clearRules, firstContact, policyHere } from './clocks.ts';
import type { DiversionCommandOf } from './commands.ts';
import { DecisionDraft } from './decision-draft.ts';
import type { DraftEffects } from './decision-draft.ts';
import type { DiversionEvent } from './events.ts';
import { bookedAhead, cancelAhead } from './handing-over.ts';
import type { DiversionState } from './state.ts';
import type { AttentionCode } from './table.ts';
import { inTreatment } from './treatment.ts';

/** Told of the former person, who is somebody else. */
const aboutFormer: readonly AttentionCode[] = [
  'texts-stopped',
  'in-custody',
  'sharing-withdrawn',
  'safety-flag',
  'wrong-number',
  ...replyAttention,
  'message-not-sent',
  'tell-of-change',
  'not-enrolled',
  'reach-another-way',
  'death-corrected',
  'found-under-18',
];

/** Of a contact effort that was spent on the former person. */
const aboutContact: readonly AttentionCode[] = ['no-first-contact', 'too-few-tries', 'nothing-booked'];

/**
 * The referral is another person's: somebody gave a brother's name on the street, or the wrong row was picked. Receipt,
 * limit and history stay. What is known of the right person is carried here as facts are.
 */
export function reassignPerson(
  state: DiversionState,
  command: DiversionCommandOf<'reassign-person'>,
  now: Instant,
): Decision<DiversionEvent> {
  const { occurredAt, data } = command;
  const { personId: to, ...given } = data;
  const { personId: from, closure, died } = state;
  if (from === to) {
    return refuse('already-done', 'The referral is this person’s already.', { personId: to });
  }
  if (died) {
    return refuse(
      'condition-not-met',
      'A death closed this referral, and it stays as it is: refer the right person anew.',
      { died },
    );
  }
  const open = closure === null;
  const contactAnew = open && !takesPart(state);
  const cancelled = open ? bookedAhead(state, now) : [];
  return new DecisionDraft(state, command)
    .record(
      'person-reassigned',
      occurredAt,
      { from, to, ...given, cancelled, contactAnew },
      open ? effectsOf(state, { cancelled, contactAnew }, occurredAt) : {},
    )
    .decided();
}

function effectsOf(
  state: DiversionState,
  { cancelled, contactAnew }: { readonly cancelled: readonly string[]; readonly contactAnew: boolean },
  at: Instant,
): DraftEffects {
  const rebook = cancelAhead(state, cancelled, state, at);
  return {
    cleared: [
      ...rebook.cleared,
      ...(contactAnew ? clearRules(state, beginningRules, 'superseded') : []),
      ...clearRules(state, [...reminderRules], 'ended').filter(
        ({ id }) => !rebook.cleared.some((cleared) => cleared.id === id),
      ),
    ],
    armed: contactAnew ? [firstContact(state.seq, at, policyHere(state))] : [],
    settled: settle(state, contactAnew ? [...aboutFormer, ...aboutContact] : aboutFormer),
    raised: [...rebook.raised, raise(state, 'person-reassigned', at)],
  };
}

function takesPart({ engagement, treatment, concludedAt }: DiversionState): boolean {
  return engagement !== null || concludedAt !== null || inTreatment(treatment);
}
