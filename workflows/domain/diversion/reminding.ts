import type { DiversionState } from './state.ts';

/** What says whether the person may be texted at all. */
export type TextWishes = Pick<DiversionState, 'textsStopped' | 'consents'>;

export type Reminding = TextWishes & Pick<DiversionState, 'contactPreferences' | 'custodySince'>;

/** Stopped by a reply or told to the provider, or the consent to it taken back: each stands until it is itself undone. */
export function wantsNoTexts({ textsStopped, consents }: TextWishes): boolean {
  return textsStopped || consents.texts === 'withdrawn';
}

/**
 * How the person is told of their appointments; undefined: not at all, as far as is known here. By e-mail only where no
 * text may go and they said yes to e-mails, and only under a policy with such messages, so that a ledger from before them is
 * decided as it always was. What was said with the referral is not asked here: it is looked up with the person at the
 * moment of sending. In custody either may be read by others.
 */
export function wayToTell(state: Reminding & Pick<DiversionState, 'policy'>): 'text' | 'email' | undefined {
  if (state.custodySince !== null) {
    return undefined;
  }
  const { text = 'yes', email } = state.contactPreferences;
  if (text === 'yes' && !wantsNoTexts(state)) {
    return 'text';
  }
  return email === 'yes' && state.policy.messages.purposes !== undefined ? 'email' : undefined;
}

/**
 * Whether texts were said to be unsafe, or nobody knows, and neither STOP nor custody is the reason: those are asked about
 * by themselves. Only under a policy with such messages, so that a ledger from before them is decided as it always was.
 */
export function needsAnotherWay(state: Reminding & Pick<DiversionState, 'policy'>): boolean {
  const { text = 'yes' } = state.contactPreferences;
  const told = state.policy.messages.purposes !== undefined;
  const off = text !== 'yes' && !wantsNoTexts(state) && state.custodySince === null;
  return told && off && wayToTell(state) === undefined;
}

/** Whether a reminder is planned, as a text or as an e-mail. */
export function mayRemind(state: Reminding & Pick<DiversionState, 'policy'>): boolean {
  return wayToTell(state) !== undefined;
}
