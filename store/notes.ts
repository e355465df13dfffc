import type { Role } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Database } from './database.ts';

/** A note of the team in clear. Never logged, never sent to Temporal. */
export interface NoteRecord {
  readonly noteId: string;
  readonly seq: number;
  readonly text: string;
  /** What the note is about happened then. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly by: { readonly userId: string; readonly role: Role; readonly organisationId: string };
}

const placeOf = (noteId: string) => ({ table: 'note', column: 'body', rowId: noteId });

/**
 * Lays a note down, sealed, before its command is sent: `noteId` is the command's id. Nobody reads it until the ledger
 * holds the command. Laid down again, it stays as it was first.
 */
export async function layDownNote(
  db: Database,
  note: {
    readonly forceId: string;
    readonly pathwayId: string;
    readonly noteId: string;
    readonly text: string;
  },
): Promise<void> {
  await db.pool.query({
    name: 'llwybr-lay-down-note',
    text: `insert into note (force_id, id, pathway_id, body) values ($1, $2, $3, $4)
      on conflict (force_id, id) do nothing`,
    values: [note.forceId, note.noteId, note.pathwayId, db.fields.encrypt(note.text, placeOf(note.noteId))],
  });
}

/** The notes of one pathway that the ledger holds, in its order. @throws MissingKeyError, SealBrokenError */
export async function notesOf(db: Database, forceId: string, pathwayId: string): Promise<NoteRecord[]> {
  const { rows } = await db.pool.query<Omit<NoteRecord, 'text' | 'by'> & { body: string } & NoteRecord['by']>(
    {
      name: 'llwybr-notes-of',
      text: `select n.id as "noteId", n.seq, n.body, llwybr_instant(e.occurred_at) as "occurredAt",
        llwybr_instant(e.recorded_at) as "recordedAt", e.actor_id as "userId", e.actor_role as role,
        e.organisation_id as "organisationId"
      from note n
      join event e on e.force_id = n.force_id and e.pathway_id = n.pathway_id and e.seq = n.seq
      where n.force_id = $1 and n.pathway_id = $2
      order by n.seq`,
      values: [forceId, pathwayId],
    },
  );
  return rows.map(({ noteId, seq, body, occurredAt, recordedAt, userId, role, organisationId }) => ({
    ...{ noteId, seq, text: db.fields.decrypt(body, placeOf(noteId)), occurredAt, recordedAt },
    by: { userId, role, organisationId },
  }));
}
