/**
 * One address that mail can be delivered to (RFC 5321 4.1.2, without the quoted local parts and domain literals that
 * nobody has). ASCII only: not every mail server takes other letters, and letters that look alike would go to a
 * stranger. No blank, comma, angle bracket, quote or line end is in it, so it can neither be two addresses nor begin a
 * header of its own.
 */
export const emailAddressPattern =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;

/** RFC 5321 4.5.3.1: a path of 256 without its brackets. */
export const longestEmailAddress = 254;

/** RFC 5321 4.5.3.1: the part before the @ has at most 64 letters. Not in the pattern: other tools read that, without lookahead. */
export function localPartFits(address: string): boolean {
  return address.indexOf('@') <= 64;
}

/**
 * The address as mail is sent to it: without the blanks around it, the domain in lower case (the part before the @ is
 * the receiver's to read). undefined when it is none, more than one, or one with a name.
 */
export function deliverableAddress(typed: string): string | undefined {
  if (typed.length > 2 * longestEmailAddress) return undefined;
  // Blanks of a form; a line end is no blank but the beginning of a header.
  const address = typed.replaceAll(/^[ \t]+|[ \t]+$/g, '');
  if (address.length > longestEmailAddress || !emailAddressPattern.test(address) || !localPartFits(address))
    return undefined;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}@${address.slice(at + 1).toLowerCase()}`;
}
