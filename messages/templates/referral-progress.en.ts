import type { AboutProgress, EmailWords, ReferralProgress } from '../email-words.ts';

/** All that whoever referred the person learns. */
const progressWords: Readonly<Record<ReferralProgress, string>> = {
  received: 'received',
  'in-contact': 'in contact',
  engaged: 'engaged',
  closed: 'closed',
};

export function referralProgressEnglish({ reference, progress }: AboutProgress): EmailWords {
  return {
    subject: `Your referral ${reference}: ${progressWords[progress]}`,
    says: `Your referral ${reference} is now: ${progressWords[progress]}.`,
  };
}
