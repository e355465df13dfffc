import type { LocalDate } from '../workflows/domain/common/london-time.ts';
import type { Database } from './database.ts';

/** When the offence was that brought this referral, as it was put right last; null: none brought it, or nobody said when. */
export async function offenceDateOf(
  db: Database,
  forceId: string,
  pathwayId: string,
): Promise<LocalDate | null> {
  const { rows } = await db.pool.query<{ offenceDate: LocalDate | null }>({
    name: 'llwybr-offence-date-of',
    text: `select coalesce(d.offence_date, e.data->>'offenceDate') as "offenceDate"
      from event e
      left join referral_detail d on d.force_id = e.force_id and d.pathway_id = e.pathway_id
      where e.force_id = $1 and e.pathway_id = $2 and e.seq = 1`,
    values: [forceId, pathwayId],
  });
  return rows[0]?.offenceDate ?? null;
}
