import { isDatabaseAway } from '../store/away.ts';
import { Problem } from './problems.ts';

/**
 * The answer to what is recorded already, read from the ledger. While that cannot be asked nobody is given half of it, which
 * would not be the answer that a repeat finds.
 *
 * @throws Problem `outcome-unknown`
 */
export function toldInWhole<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw isDatabaseAway(error) ? new Problem('outcome-unknown', { retryAfter: 2 }) : error;
  });
}
