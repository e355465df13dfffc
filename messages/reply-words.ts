import type { Language } from '../workflows/domain/common/contact-preference.ts';

/**
 * What a text says of the answers to it (messages/reply-meaning.ts reads them). STOP stays English in both languages: it
 * is the carrier's word, and the only one that works without us.
 */
export const replyWords = {
  en: {
    confirmOrMove: 'Reply 1 to confirm, 2 to ask for another time, or STOP to stop these texts.',
    moveOnly: 'Reply 2 to ask for another time, or STOP to stop these texts.',
    sayWhen: 'Reply with a good day and time to call you, or STOP to stop these texts.',
    stopOnly: 'Reply STOP to stop these texts.',
  },
  cy: {
    confirmOrMove: 'Atebwch 1 i gadarnhau, 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    moveOnly: 'Atebwch 2 i ofyn am amser arall, neu STOP i atal y negeseuon hyn.',
    sayWhen: "Atebwch gyda diwrnod ac amser da i'ch ffonio, neu STOP i atal y negeseuon hyn.",
    stopOnly: 'Atebwch STOP i atal y negeseuon hyn.',
  },
} as const satisfies Readonly<Record<Language, Readonly<Record<string, string>>>>;
