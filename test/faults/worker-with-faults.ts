import pg from 'pg';
import { dieOf, isArmed, takeFault } from './armed-fault.ts';
import { breakGateways } from './gateways-with-faults.ts';

/*
 * The worker process as it is, with faults around it: while one is armed, an append ends the process at the worst of
 * moments; so does what a gateway has taken, or its answer is lost (gateways-with-faults.ts). They are put around the
 * clients of the database and the gateways and not into the product, so that what is killed is what runs everywhere else.
 */
const file = process.env['FAULT_ARMED_APPEND'] ?? '';

// The function is called with its own `this` below.
// eslint-disable-next-line @typescript-eslint/unbound-method
const query = pg.Pool.prototype.query as (this: pg.Pool, ...args: unknown[]) => Promise<unknown>;

async function queryWithFaults(this: pg.Pool, ...args: unknown[]): Promise<unknown> {
  if (!isRecordingAppend(args[0]) || !isArmed(file)) return query.apply(this, args);
  const fault = takeFault(file);
  if (fault === undefined) return query.apply(this, args);
  const { moment } = fault;
  if (moment.kind === 'under-way') setTimeout(() => void dieOf(fault), moment.afterMs);
  const result = await query.apply(this, args);
  // The commit is known to this process and to nobody else.
  return moment.kind === 'before-answer' ? dieOf(fault) : result;
}

/** One that brings a command. Those that only catch up hold nothing to lose. */
function isRecordingAppend(asked: unknown): boolean {
  if (typeof asked !== 'object' || asked === null || !('name' in asked) || !('values' in asked)) return false;
  const { name, values } = asked;
  if (name !== 'llwybr-append' || !Array.isArray(values)) return false;
  const [input] = values as unknown[];
  return typeof input === 'string' && (JSON.parse(input) as { entry: unknown }).entry !== null;
}

pg.Pool.prototype.query = queryWithFaults as unknown as typeof pg.Pool.prototype.query;

breakGateways();

await import('../../workers/main.ts');
