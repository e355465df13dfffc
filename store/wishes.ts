import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { ToldFact } from '../workflows/domain/common/standing-facts.ts';
import type { Database } from './database.ts';
import { bindingFactsOf, toldFact } from './person-facts.ts';
import { isUuid } from './scope.ts';
import { saidOfTexts } from './wrong-number.ts';

/** How a person wishes to be reached, as whoever sends reads it at that moment, whether or not their cases have heard. */
export interface Wishes {
  /** null: not asked. */
  readonly language: Language | null;
  /** As it was said last, with a referral or since, of any row of a merged person. null: not asked, which means no. */
  readonly safeToText: 'yes' | 'no' | null;
  /** All that binds, told of any row that is them (standing-facts.ts says what holds of it). */
  readonly facts: readonly ToldFact[];
}

/** null: there is no such person. */
export async function wishesOf(db: Database, forceId: string, personId: string): Promise<Wishes | null> {
  if (!isUuid(personId)) return null;
  const { rows } = await db.pool.query<Omit<Wishes, 'facts'>>(
    `select person.language, ${saidOfTexts('person')} as "safeToText" from person
      where person.force_id = $1 and person.id = $2`,
    [forceId, personId],
  );
  const [said] = rows;
  if (said === undefined) return null;
  return { ...said, facts: (await bindingFactsOf(db, forceId, personId)).map(toldFact) };
}
