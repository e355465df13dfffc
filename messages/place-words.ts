import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { tellingWordsInPlaceName } from './neutral-words.ts';

/** What is shown of a place to the people who come there, e.g. a street address; never whose place it is. */
export type PlaceWords = Readonly<Record<Language, string>>;

/**
 * What in them would tell why somebody comes there: words that no message may hold (neutral-words.ts) and the names given,
 * which are those of the services of a force. Neither language is shown where the other tells.
 * @returns nothing where they may be shown
 */
export function tellingInPlace(words: PlaceWords, services: readonly string[]): string[] {
  const texts = Object.values(words);
  const read = texts.flatMap(spellings);
  const named = services.filter((service) =>
    spellings(service).some((name) => name !== '' && read.some((text) => ` ${text} `.includes(` ${name} `))),
  );
  return [...new Set([...texts.flatMap(tellingWordsInPlaceName), ...named])];
}

/**
 * Letters and digits alone, without their marks and with one blank between words, so that "Tŷ'r-Enfys" is found however it is
 * written: who types an address often leaves the circumflex out. An apostrophe parts two words or none.
 */
function spellings(text: string): string[] {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return ['', ' '].map((apostrophe) =>
    plain
      .replaceAll(/['’]/g, apostrophe)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
}
