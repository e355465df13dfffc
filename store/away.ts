import { Prisma } from './generated/client.ts';

/** Of connections that broke, in the words of Node and `pg`. */
const brokenCodes = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const brokenWords =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error)/;
/** Classes 08, 53 and 57P (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const awayStates = /^(?:08...|53...|57P..)$/;
/** Not reached, timed out, closed, too many connections (https://www.prisma.io/docs/orm/reference/error-reference). */
const awayInPrisma = /^(?:P1001|P1002|P1008|P1017|P2024|P2037)$/;

/**
 * Whether PostgreSQL could not be asked: out of reach, starting or stopping, or without room. What the
 * statement did is then unknown.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    const state = stateBelow(error.meta);
    return awayInPrisma.test(error.code) || (state !== undefined && awayStates.test(state));
  }
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return brokenCodes.test(code) || awayStates.test(code);
  return typeof message === 'string' && brokenWords.test(message);
}

/** The SQLSTATE that Prisma's adapter was given; Prisma itself only says "Database error" (P2039). */
function stateBelow(meta: Record<string, unknown> | undefined): string | undefined {
  const below = meta?.['driverAdapterError'] as
    { readonly cause?: { readonly originalCode?: unknown } } | undefined;
  const state = below?.cause?.originalCode;
  return typeof state === 'string' ? state : undefined;
}
