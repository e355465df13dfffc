import type { Database } from '../../store/database.ts';
import type { Appointment } from '../../workflows/domain/common/appointment.ts';

/** What the ledger holds of the appointments of a pathway, in the order of booking. */
export async function appointmentsOf(
  db: Database,
  { pathwayId }: { readonly pathwayId: string },
): Promise<readonly Appointment[]> {
  const { rows } = await db.pool.query<{ appointments: readonly Appointment[] }>(
    `select summary->'appointments' as appointments from pathway where id = $1`,
    [pathwayId],
  );
  return rows[0]?.appointments ?? [];
}
