import type { Language } from '../workflows/domain/common/contact-preference.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';
import type { PlaceRow } from './organisations.ts';

/** In both languages. Whether they give a service away is asked before they are set, and again whenever they are shown. */
type Words = Readonly<Record<Language, string>>;

export interface SaidOfPlace {
  /** null: they were taken back, and nothing is shown. */
  readonly words: Words | null;
  /** The account that set them or took them back. */
  readonly changedBy: string;
  readonly updatedAt: Instant;
}

export interface PlaceToShow extends PlaceRow {
  /** null: nobody ever said that it may be shown. */
  readonly said: SaidOfPlace | null;
}

interface PlaceKey {
  readonly forceId: string;
  readonly code: string;
}

/**
 * Sets the words that may be shown of a place or, by null, takes them back. What is set already may be set again.
 * @throws Error when there is no such place
 */
export async function setShown(
  db: Database,
  { forceId, code }: PlaceKey,
  { words, changedBy }: { readonly words: Words | null; readonly changedBy: string },
): Promise<void> {
  const written = {
    ...{ wordsEn: words?.en ?? null, wordsCy: words?.cy ?? null },
    ...{ changedBy, updatedAt: new Date() },
  };
  await db.prisma.placeShown.upsert({
    where: { forceId_placeCode: { forceId, placeCode: code } },
    create: { forceId, placeCode: code, ...written },
    update: written,
  });
}

/**
 * The places of an organisation, by code. It need not be there any more: appointments at its places are kept to their end.
 * null: there never was such an organisation.
 */
export async function placesToShow(
  db: Database,
  { forceId, organisationId }: { readonly forceId: string; readonly organisationId: string },
): Promise<PlaceToShow[] | null> {
  const found = await db.prisma.organisation.findUnique({
    where: { forceId_id: { forceId, id: organisationId } },
    select: { places: { include: { shown: true }, orderBy: { code: 'asc' } } },
  });
  if (found === null) return null;
  return found.places.map(({ shown, ...place }) => ({
    ...place,
    said:
      shown === null
        ? null
        : { words: wordsOf(shown), changedBy: shown.changedBy, updatedAt: shown.updatedAt.toISOString() },
  }));
}

/** null: none may be shown, or there is no such place. */
export async function wordsOfPlace(db: Database, { forceId, code }: PlaceKey): Promise<Words | null> {
  const row = await db.prisma.placeShown.findUnique({
    where: { forceId_placeCode: { forceId, placeCode: code } },
  });
  return row === null ? null : wordsOf(row);
}

/** In both languages, the names of everybody of the force, now or ever, who meets people for what nobody is to know. */
export async function namesOfServices(db: Database, forceId: string): Promise<string[]> {
  const rows = await db.prisma.organisation.findMany({
    // Those of units are towns, which an address may well name.
    where: { forceId, kind: { in: ['provider', 'programme-team'] } },
    select: { name: true, nameCy: true },
    orderBy: { id: 'asc' },
  });
  return [...new Set(rows.flatMap(({ name, nameCy }) => [name, nameCy]))];
}

/** The table holds both or none. */
function wordsOf({
  wordsEn,
  wordsCy,
}: {
  readonly wordsEn: string | null;
  readonly wordsCy: string | null;
}): Words | null {
  return wordsEn === null || wordsCy === null ? null : { en: wordsEn, cy: wordsCy };
}
