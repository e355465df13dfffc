import type { AboutProgress, EmailWords, ReferralProgress } from '../email-words.ts';

/** All that whoever referred the person learns. */
const progressWords: Readonly<Record<ReferralProgress, string>> = {
  received: 'wedi cyrraedd',
  'in-contact': 'mewn cysylltiad',
  engaged: 'yn cymryd rhan',
  closed: 'wedi cau',
};

export function referralProgressWelsh({ reference, progress }: AboutProgress): EmailWords {
  return {
    subject: `Eich atgyfeiriad ${reference}: ${progressWords[progress]}`,
    says: `Mae eich atgyfeiriad ${reference} bellach: ${progressWords[progress]}.`,
  };
}
