import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/**
 * Names of fields that may hold personal data or secrets. They have no business in a log; where one gets
 * there by mistake, its value does not.
 */
const sensitive = [
  'surname',
  'forenames',
  'name',
  'birthDate',
  'dateOfBirth',
  'address',
  'postcode',
  'mobile',
  'email',
  'nominal',
  'nominalNumber',
  'occurrenceNumber',
  'body',
  'to',
  'token',
  'authorization',
  'cookie',
  'password',
  'authToken',
  'connectionString',
  'databaseUrl',
];

/**
 * One JSON object a line, on standard output. Errors are logged by type, code and stack: an error's
 * own text may quote the row that the database refused, so it is left out; say in the message what failed.
 */
export function createLog(
  options: { readonly level: LogLevel; readonly process: string; readonly build: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { process: options.process, build: options.build },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: sensitive.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[kept out]',
    },
    serializers: { err: describeError, error: describeError },
  };
  // Written at once: what is still buffered when a process ends cannot be written to a reader that has gone, and
  // sonic-boom then tries for ever (its flushSync pauses and repeats after EPIPE), so the process never ends.
  return pino(settings, destination ?? pino.destination({ dest: 1, sync: true }));
}

/** What of an error may be written down. A database's or a library's text may quote values; its code does not. */
export function describeError(error: unknown): Record<string, unknown> | string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...code,
    stack: frames.slice(0, 12).map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
