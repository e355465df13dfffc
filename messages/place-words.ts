import type { Language } from '../workflows/domain/common/contact-preference.ts';
import { tellingWordsIn } from './neutral-words.ts';

/** What is shown of a place to the people who come there, e.g. a street address; never whose place it is. */
export type PlaceWords = Readonly<Record<Language, string>>;

/**
 * What in them would tell why somebody comes there: words that no message may hold (neutral-words.ts) and the names given,
 * which are those of the services of a force. Neither language is shown where the other tells.
 * @returns nothing where they may be shown
 */
export function tellingInPlace(words: PlaceWords, services: readonly string[]): string[] {
  const texts = Object.values(words);
  const named = services.filter((service) => {
    const name = bare(service);
    return name !== '' && texts.some((text) => ` ${bare(text)} `.includes(` ${name} `));
  });
  return [...new Set([...texts.flatMap(tellingWordsIn), ...named])];
}

/** Letters and digits alone, with one blank between words, so that "Tŷ'r-Enfys" is found however it is written. */
function bare(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
