import { tellingWordsInAddress } from './neutral-words.ts';

/** What is configured and seen from outside with every message: the words of the messages are no use where these tell. */
export interface OutwardSettings {
  /** Whom a text is from: a number, or a name in its place. */
  readonly textSender: string;
  /** Whom an e-mail is from, with the name that stands before the address. */
  readonly emailFrom: string;
  /** null: the same. */
  readonly emailReplyTo: string | null;
  /** Where the invitation to begin online leads, and the gateway reports: the whole address. */
  readonly publicUrl: string;
  /** Where the link to the person's page leads: the whole address. */
  readonly pageUrl: string;
  /** Where links in e-mails lead; null: to `publicUrl`. */
  readonly caseUrl: string | null;
}

const variables = {
  textSender: 'TWILIO_FROM',
  emailFrom: 'MAIL_FROM',
  emailReplyTo: 'MAIL_REPLY_TO',
  publicUrl: 'PUBLIC_URL',
  pageUrl: 'PAGE_URL',
  caseUrl: 'CASE_URL',
} as const satisfies Readonly<Record<keyof OutwardSettings, string>>;

export interface TellingSetting {
  /** The variable that it is set by. */
  readonly setting: (typeof variables)[keyof OutwardSettings];
  readonly words: readonly string[];
}

/** The settings that give the service away, with the words that do; none means that they are neutral. */
export function tellingSettings(settings: OutwardSettings): TellingSetting[] {
  return (Object.keys(variables) as (keyof OutwardSettings)[])
    .map((name) => ({ setting: variables[name], words: tellingWordsInAddress(settings[name] ?? '') }))
    .filter(({ words }) => words.length > 0);
}
