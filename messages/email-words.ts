import type { Language } from '../workflows/domain/common/contact-preference.ts';

/** What a template of an e-mail says; how it is greeted, linked and ended is the same for all (`emailText`). */
export interface EmailWords {
  /** One line. */
  readonly subject: string;
  readonly says: string;
}

/**
 * The most that an e-mail to somebody at work may be told: the reference, a time, how far a referral is. Mail is kept
 * and passed on beyond our reach, so names, dates of birth and what a case is about stay behind the sign-in.
 */
export interface AboutCase {
  readonly reference: string;
}

export interface AboutTime extends AboutCase {
  /** As a text says it, in the language of the template. */
  readonly when: string;
}

export interface AboutProgress extends AboutCase {
  readonly progress: ReferralProgress;
}

export const referralProgress = ['received', 'in-contact', 'engaged', 'closed'] as const;

export type ReferralProgress = (typeof referralProgress)[number];

/** Where a case is read (messages/page-address.ts). */
export interface CaseAddress {
  readonly link: string;
  /** Whoever follows it can sign in there and sees the case. Else it is the API's, which answers programs only. */
  readonly forPeople: boolean;
}

interface Frame {
  readonly signIn: string;
  readonly lookUp: string;
  readonly noNames: string;
}

const frames: Readonly<Record<Language, Frame>> = {
  en: {
    signIn: 'Sign in to see it:',
    lookUp:
      'To see it, sign in to the system that you use for this work and look for this reference. Programs find it at:',
    noNames:
      'There are no names in this e-mail on purpose. Please do not add any when you reply or forward it.',
  },
  cy: {
    signIn: "Mewngofnodwch i'w weld:",
    lookUp:
      "I'w weld, mewngofnodwch i'r system a ddefnyddiwch at y gwaith hwn a chwiliwch am y cyfeirnod hwn. Mae rhaglenni'n dod o hyd iddo yma:",
    noNames:
      "Nid oes enwau yn yr e-bost hwn, a hynny'n fwriadol. Peidiwch ag ychwanegu enwau wrth ateb neu anfon ymlaen.",
  },
};

/** The body of an e-mail: plain text, for nothing is to be loaded or hidden in it. */
export function emailText(
  language: Language,
  { says }: EmailWords,
  { link, forPeople }: CaseAddress,
): string {
  const { signIn, lookUp, noNames } = frames[language];
  return `${says}\n\n${forPeople ? signIn : lookUp}\n${link}\n\n${noNames}\n`;
}
