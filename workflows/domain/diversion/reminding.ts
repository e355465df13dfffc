import type { DiversionState } from './state.ts';

/** What says whether the person may be texted at all. */
export type TextWishes = Pick<DiversionState, 'textsStopped' | 'consents'>;

export type Reminding = TextWishes & Pick<DiversionState, 'contactPreferences' | 'custodySince'>;

/** Stopped by a reply or told to the provider, or the consent to it taken back: each stands until it is itself undone. */
export function wantsNoTexts({ textsStopped, consents }: TextWishes): boolean {
  return textsStopped || consents.texts === 'withdrawn';
}

/**
 * Whether texts were said to be unsafe, or nobody knows, and neither STOP nor custody is the reason: those are asked about
 * by themselves. Only under a policy with such messages, so that a ledger from before them is decided as it always was.
 */
export function needsAnotherWay(state: Reminding & Pick<DiversionState, 'policy'>): boolean {
  const { text = 'yes' } = state.contactPreferences;
  const told = state.policy.messages.purposes !== undefined;
  return told && text !== 'yes' && !wantsNoTexts(state) && state.custodySince === null;
}

/**
 * Whether a reminder is planned. What was said with the referral is not asked here: it is looked up with the person at
 * the moment of sending. In custody a text may be read by others.
 */
export function mayRemind(state: Reminding): boolean {
  const { text = 'yes' } = state.contactPreferences;
  return !wantsNoTexts(state) && text === 'yes' && state.custodySince === null;
}
