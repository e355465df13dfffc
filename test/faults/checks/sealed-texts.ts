import type { House } from '../../../scripts/house/house.ts';
import type { LedgerPathway } from '../../../scripts/house/ledger-snapshot.ts';
import { isTaken, type AskedAct } from '../../../scripts/house/officer.ts';
import { readApi } from '../../../scripts/house/read-api.ts';
import { violation, type Violation } from '../../../scripts/house/violation.ts';

/** What the API shows of one note, and of one entry of the change log. */
export interface ShownTexts {
  readonly notes: readonly { readonly noteId: string; readonly text: string }[];
  readonly amendments: readonly { readonly seq: number }[];
}

/** The pathways that have anything of the kind, as they are shown to a manager. @throws Error when the API does not answer */
export async function readSealedTexts(
  house: House,
  pathways: readonly LedgerPathway[],
): Promise<ReadonlyMap<string, ShownTexts>> {
  const shown = new Map<string, ShownTexts>();
  for (const { pathwayId, events } of pathways) {
    if (!events.some(({ type }) => type === 'note-added' || isAmendment(type))) continue;
    const path = `/api/v1/pathways/${pathwayId}`;
    const notes = (await readApi(house, `${path}/notes`)) as { readonly items: ShownTexts['notes'] };
    const log = (await readApi(house, `${path}/amendments`)) as { readonly items: ShownTexts['amendments'] };
    shown.set(pathwayId, { notes: notes.items, amendments: log.items });
  }
  return shown;
}

/** Each text that was taken is shown once, with the words that were sent; nothing that was not taken is. */
export function checkSealedTexts(
  pathways: readonly LedgerPathway[],
  acts: readonly AskedAct[],
  shown: ReadonlyMap<string, ShownTexts>,
): Violation[] {
  const sent = new Map(
    acts
      .filter((act) => isTaken(act) && act.path.endsWith('/commands/add-note'))
      .map(({ final, body }) => [
        (final?.body as { readonly commandId: string }).commandId,
        (body as { readonly data: { readonly text: string } }).data.text,
      ]),
  );
  return pathways.flatMap(({ pathwayId, events }) => {
    const texts = shown.get(pathwayId);
    if (texts === undefined) return [];
    const violations: Violation[] = [];
    const say = (what: string): number => violations.push(violation('texts', `${pathwayId}: ${what}`));
    const recorded = events.filter(({ type }) => type === 'note-added').map(({ commandId }) => commandId);
    const read = texts.notes.map(({ noteId }) => noteId);
    if (read.toSorted().join() !== recorded.toSorted().join())
      say(`the notes ${read.join()} are read, ${recorded.join()} are recorded`);
    for (const { noteId, text } of texts.notes) {
      if (sent.get(noteId) !== text) say(`note ${noteId} does not say what was sent`);
    }
    const amended = events.filter(({ type }) => isAmendment(type)).map(({ seq }) => seq);
    const logged = texts.amendments.map(({ seq }) => seq).toSorted((one, other) => one - other);
    if (amended.join() !== logged.join())
      say(`the change log has the events ${logged.join()}, the ledger ${amended.join()}`);
    return violations;
  });
}

function isAmendment(type: string): boolean {
  return type === 'details-amended' || type === 'person-moved';
}
