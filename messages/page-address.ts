/**
 * The address of a person's page. Who has it may ask for the year of birth, so that it stands in the text that is sent and
 * nowhere else: in what is kept of that text something stands in the place of its token.
 *
 * @param pageUrl without a slash at the end (Config.pageUrl)
 */
export function pageAddress(pageUrl: string, token: string): string {
  return `${pageUrl}/p/${token}`;
}

/** No token has these signs. */
const hidden = '/p/(...)';

/** The words of a text as they are kept. */
export function withoutToken(words: string, token: string): string {
  return words.replace(`/p/${token}`, hidden);
}

/** The words as they went out. */
export function withToken(words: string, token: string): string {
  return words.replace(hidden, `/p/${token}`);
}
