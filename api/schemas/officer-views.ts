import { z } from 'zod';
import { officerStatuses } from '../../workflows/domain/diversion/officer-view.ts';
import { demo, instant, text, uuid } from './answers.ts';

export const officerViewAnswer = z
  .strictObject({
    reference: z.string(),
    pathwayId: uuid.meta({ description: 'Where the commands go that the police may send' }),
    status: z.enum(officerStatuses),
    receivedAt: instant,
    receivedText: text,
    inContactAt: instant.nullable(),
    engagedAt: instant.nullable(),
    closedAt: instant.nullable(),
    notices: z
      .array(
        z.strictObject({
          conditionId: z.string(),
          code: z.string(),
          dueAt: instant,
          dueText: text,
          open: z.boolean().meta({ description: 'Nobody has said yet that they have seen it' }),
          withdrawn: z
            .literal(true)
            .meta({ description: 'It was put right since: nothing rests on it any more' })
            .exactOptional(),
        }),
      )
      .meta({ description: 'Conditions of a caution that were not met' }),
    demo,
  })
  .meta({ id: 'OfficerView' });
