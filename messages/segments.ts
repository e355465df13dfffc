/**
 * How a text travels: one part, or several that the phone puts together again. A text with any character
 * outside the GSM alphabet goes as UCS-2, where a part holds less than half as much; ŵ, ŷ and most
 * accented vowels of Welsh do that. They are never dropped to save a part: "ty" is not "tŷ".
 */
export interface Segments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets for GSM-7, 16-bit units for UCS-2. */
  readonly units: number;
  /** An empty text still takes one part. */
  readonly parts: number;
}

/** The default alphabet of 3GPP TS 23.038, section 6.2.1, without the escape. */
const gsmBasic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Its extension table, 6.2.1.1: an escape and a character, two septets that must not be parted. */
const gsmExtension = new Set('\f^{}\\[~]|€');

/** What one part holds alone, and what each of several holds beside the header that joins them (7 septets or 3 units). */
const capacity = { 'GSM-7': { alone: 160, joined: 153 }, 'UCS-2': { alone: 70, joined: 67 } } as const;

export function segmentsOf(text: string): Segments {
  // Code points, as the alphabet and the pairs of UCS-2 are counted, not what a reader sees as one sign.
  const characters = Array.from(text);
  const encoding = characters.every((one) => gsmBasic.has(one) || gsmExtension.has(one)) ? 'GSM-7' : 'UCS-2';
  const widths = characters.map((one) => {
    if (encoding === 'UCS-2') return one.length;
    return gsmExtension.has(one) ? 2 : 1;
  });
  const units = widths.reduce((sum, width) => sum + width, 0);
  const { alone, joined } = capacity[encoding];
  return { encoding, units, parts: units <= alone ? 1 : partsNeeded(widths, joined) };
}

/** A character of two units that meets the end of a part moves whole to the next one, so dividing is not enough. */
function partsNeeded(widths: readonly number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > room) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return parts;
}
