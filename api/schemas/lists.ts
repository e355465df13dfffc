import { z } from 'zod';
import { markers } from '../../workflows/domain/compulsory/commands.ts';
import { compulsoryTable } from '../../workflows/domain/compulsory/table.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';
import { code, instant, reference, uuidPattern } from './values.ts';

export const uuid = z.string().regex(uuidPattern, 'must be a UUID in lower case').meta({ format: 'uuid' });

export const pathwayParams = z.strictObject({ pathwayId: uuid });

/** Of either kind: a slip must not look like an empty list. */
const stages = [...new Set([...Object.keys(diversionTable.stages), ...Object.keys(compulsoryTable.stages)])];

export const largestPage = 200;

const kind = z.enum(['diversion', 'compulsory']);

const onlyTrue = (description: string) => z.enum(['true']).meta({ description });

/** Their eight letters (store/reference.ts); LL is before them and not among them. */
function beginsReference(typed: string): boolean {
  return /^(?:L|(?:LL)?[BCDFGHJKMNPRTVWXZ]{0,8})$/.test(typed.toUpperCase().replaceAll(/[ -]/g, ''));
}

const byPlaceAndColour = {
  area: code('The part of the force where the person lives').exactOptional(),
  marker: z.enum(markers).exactOptional().meta({ description: 'The colour of a breach in force' }),
};

/** Query parameters are texts; a parameter given twice is refused. */
export const listQuery = z.strictObject({
  kind: kind.exactOptional(),
  stage: z.enum(stages).exactOptional(),
  state: z
    .enum(['open', 'closed', 'working'])
    .exactOptional()
    .meta({ description: '`working`: open, or concluded while the treatment goes on' }),
  provider: code('Id of a provider: the list of its team').exactOptional(),
  worker: reference('Account that carries the case').exactOptional(),
  ...byPlaceAndColour,
  mine: onlyTrue(
    'What the caller carries and is worked on; with a state, stage, person, reference, search or attention=true, what they carry of that',
  ).exactOptional(),
  unassigned: onlyTrue('With a provider, worked on, and nobody carries it').exactOptional(),
  waiting: onlyTrue(
    'Not accepted yet, and more than its provider says that it can take: received last',
  ).exactOptional(),
  offered: onlyTrue('Instead of all these: transfers offered and not answered').exactOptional(),
  person: uuid.exactOptional(),
  reference: reference('What people call the pathway by').exactOptional(),
  search: z
    .string()
    .max(20)
    .regex(
      /^[A-Za-z -]*[A-Za-z][A-Za-z -]*$/,
      'Letters, hyphens and spaces, as in LL-VFCN; a person is found by POST /api/v1/persons/searches',
    )
    .refine(
      beginsReference,
      'No reference begins like this: a search is for references; a person is found by POST /api/v1/persons/searches',
    )
    .exactOptional()
    .meta({ description: 'How the reference begins, with or without LL and hyphens, in any case' }),
  'due-before': instant('Its next clock is due before this').exactOptional(),
  overdue: onlyTrue('A clock has come due, or what it asked for when it passed is not done').exactOptional(),
  attention: z
    .enum(['true', 'false'])
    .exactOptional()
    .meta({ description: '`true`: asks for somebody, also where it is closed, if no state is named' }),
  order: z.enum(['received', 'due']).default('received').meta({
    description:
      '`due`: what has been late for longest, then the clock that bites first, then what has neither',
  }),
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

export const countsQuery = z.strictObject({
  kind: kind.exactOptional(),
  provider: code('Id of a provider').exactOptional(),
  worker: reference('Account that carries the case').exactOptional(),
  ...byPlaceAndColour,
});
