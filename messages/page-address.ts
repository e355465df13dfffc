import { messagePurposes } from '../workflows/domain/common/message-purpose.ts';
import type { EmailPurpose } from '../workflows/domain/common/message-purpose.ts';
import type { CaseAddress } from './email-words.ts';

/**
 * The address of a person's page. Who has it may ask for the year of birth, so that it stands in the text that is sent and
 * nowhere else: in what is kept of that text something stands in the place of its token.
 *
 * @param pageUrl without a slash at the end (Config.pageUrl)
 */
export function pageAddress(pageUrl: string, token: string): string {
  return `${pageUrl}/p/${token}`;
}

/**
 * Where the invitation to the online programme leads: the same for everybody, and passed on from there to the programme,
 * whose own address would tell what it is about (api/online-start.ts).
 *
 * @param publicUrl without a slash at the end (Config.publicUrl)
 */
export function startAddress(publicUrl: string): string {
  return `${publicUrl}/start`;
}

/** In the address where cases are read, the place of the id of the case. */
export const casePlace = '{pathwayId}';

/**
 * Where whoever works with a case reads it, or the officer how far their referral is. Where no front end is named, it is the
 * address in the API, which an officer asks in another place.
 *
 * @param publicUrl without a slash at the end (Config.publicUrl)
 * @param caseUrl with `casePlace` in it (Config.caseUrl); null: none is named
 */
export function caseAddress(
  { publicUrl, caseUrl }: { readonly publicUrl: string; readonly caseUrl: string | null },
  purpose: EmailPurpose,
  pathwayId: string,
): CaseAddress {
  if (caseUrl !== null) return { link: caseUrl.replaceAll(casePlace, pathwayId), forPeople: true };
  const list = messagePurposes[purpose].audience === 'officer' ? 'referrals' : 'pathways';
  return { link: `${publicUrl}/api/v1/${list}/${pathwayId}`, forPeople: false };
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
