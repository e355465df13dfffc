import { z } from 'zod';
import { compulsoryTable } from '../../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';
import { code, instant, reference, uuidPattern } from './values.ts';

export const uuid = z.string().regex(uuidPattern, 'must be a UUID in lower case').meta({ format: 'uuid' });

export const pathwayParams = z.strictObject({ pathwayId: uuid });

/** Of either kind: a slip must not look like an empty list. */
const stages = [...new Set([...Object.keys(diversionTable.stages), ...Object.keys(compulsoryTable.stages)])];

export const largestPage = 200;

/** Query parameters are texts; a parameter given twice is refused. */
export const listQuery = z.strictObject({
  kind: z.enum(['diversion', 'compulsory']).exactOptional(),
  stage: z.enum(stages).exactOptional(),
  state: z.enum(['open', 'closed']).exactOptional(),
  provider: code('Id of a provider').exactOptional(),
  person: uuid.exactOptional(),
  reference: reference('What people call the pathway by').exactOptional(),
  'due-before': instant('Its next clock is due before this').exactOptional(),
  attention: z.enum(['true', 'false']).exactOptional(),
  order: z.enum(['received', 'due']).default('received'),
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, 'must be a whole number from 1 on')
    .default('50')
    .transform((text) => Math.min(Number(text), largestPage))
    .meta({ description: `At most ${String(largestPage)}; more is cut to that` }),
  cursor: z
    .string()
    .min(1)
    .max(400)
    .exactOptional()
    .meta({ description: '`next` of the page before, with the same filters' }),
});
