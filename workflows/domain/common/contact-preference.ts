/** The language a person is written and spoken to in. */
export const languages = ['en', 'cy'] as const;

export type Language = (typeof languages)[number];

/** Unknown is no: with both `no` and `unknown` nothing is sent. */
export const yesNoUnknown = ['yes', 'no', 'unknown'] as const;

export type YesNoUnknown = (typeof yesNoUnknown)[number];

/** The ways of reaching a person that are known; the numbers and addresses themselves are not kept here. */
export const knownChannels = ['phone', 'text', 'email', 'post', 'in-person'] as const;

export type KnownChannel = (typeof knownChannels)[number];

/** The ways that need the person's word before anything is sent or left. Not asked is no. */
export const preferredWays = ['text', 'email', 'post', 'voicemail'] as const;

export type PreferredWay = (typeof preferredWays)[number];

export type ContactPreferences = Readonly<Partial<Record<PreferredWay, YesNoUnknown>>>;
