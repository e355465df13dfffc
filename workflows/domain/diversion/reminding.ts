import type { ContactPreferences } from '../common/contact-preference.ts';
import { isOpen } from './attention.ts';
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

/**
 * Whether what was just said gives a way to the person where none was: a yes to texts where a number is known that nobody
 * found wrong, or a yes to e-mails where an address is. Nothing else does: a yes to post lets a letter be printed, and that
 * it was posted is a try; a no, or a word about voicemail, brings nobody nearer.
 * @param said what is news
 * @param after with it
 */
export function gainsWay(
  said: ContactPreferences,
  after: Reminding & Pick<DiversionState, 'policy' | 'knownChannels' | 'attention' | 'safetyFlag'>,
): boolean {
  const way = wayToTell(after);
  const { knownChannels } = after;
  const wrong = isOpen(after, 'wrong-number') || isOpen(after, 'check-number');
  if (said.text === 'yes' && way === 'text' && !wrong) {
    return knownChannels.includes('phone') || knownChannels.includes('text');
  }
  const emails = after.policy.messages.purposes !== undefined && way !== undefined;
  // Where they may be in danger no e-mail leaves.
  return said.email === 'yes' && emails && !after.safetyFlag && knownChannels.includes('email');
}
