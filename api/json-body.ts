import type { z } from 'zod';
import { readJson } from './json-text.ts';
import type { BodyDescription } from './route.ts';
import { readAs } from './schemas/reading.ts';

const oneMegabyte = 1024 * 1024;

/** A body of JSON in UTF-8, of at most one megabyte. */
export function jsonBody<T>(schema: z.ZodType<T>): BodyDescription<T> {
  return {
    media: 'application/json',
    largest: oneMegabyte,
    schema,
    read: (bytes) => readAs(schema, readJson(bytes)),
  };
}
