/** The language a person is written and spoken to in. */
export const languages = ['en', 'cy'] as const;

export type Language = (typeof languages)[number];

/** Unknown is no: both `no` and `not-asked` mean that nothing is sent. */
export const permissions = ['yes', 'no', 'not-asked'] as const;

export type Permission = (typeof permissions)[number];

/** The ways in which a person may be reached, as far as they are known; the numbers and addresses are not kept here. */
export const contactChannels = ['phone', 'text', 'email', 'letter', 'visit', 'in-person'] as const;

export type ContactChannel = (typeof contactChannels)[number];
