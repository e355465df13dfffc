/**
 * The number as the gateway wants it (E.164, `+447...`) when it is a mobile number of the United Kingdom;
 * else undefined. Landlines, short codes, premium and foreign numbers, extensions, and two numbers in one
 * field are never texted: a wrong guess reaches a stranger.
 *
 * Mobiles are 071 to 075 and 077 to 079, and 07624 (Isle of Man); 070 is personal numbering, the rest of
 * 076 is paging (Ofcom, National Telephone Numbering Plan, part A). The drama numbers 07700 900000 to
 * 900999 count as mobiles: the demonstration and the tests use nothing else.
 */
export function textableNumber(typed: string): string | undefined {
  const compact = typed.trim().replace(/[\s().-]/g, '');
  // "+44 (0)7700 900123" is a common way to write it; that zero is not dialled.
  const national = /^(?:(?:\+|00)?440?|0)(7\d{9})$/.exec(compact)?.[1];
  return national !== undefined && /^7(?:[1-57-9]|624)/.test(national) ? `+44${national}` : undefined;
}
