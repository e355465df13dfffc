import type { Database } from './database.ts';

/**
 * Tells the planner how the tables of an intake have grown. Every key begins with the force, so while the
 * tables were empty all their indexes looked alike to it; a plan made then and kept by a connection reads
 * the whole force for each row. Autovacuum would say so within a minute, by which time a first import has
 * gone from quick to slow.
 *
 * A role that does not own the tables is warned by PostgreSQL and changes nothing.
 */
export async function refreshIntakeStatistics(db: Database): Promise<void> {
  await db.pool.query('analyze person, pathway, event, pathway_turn, outcome, counted_outcome');
}
