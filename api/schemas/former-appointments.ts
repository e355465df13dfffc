import { z } from 'zod';
import { demo, instant, text, uuid } from './answers.ts';
import { listQuery } from './lists.ts';

export const formerAppointmentsQuery = z.strictObject({
  limit: listQuery.shape.limit,
  cursor: listQuery.shape.cursor,
});

export const formerAppointmentList = z
  .strictObject({
    items: z.array(
      z.strictObject({
        pathwayId: uuid,
        reference: z.string(),
        appointmentId: z.string().meta({ description: 'What record-attendance names' }),
        kind: z.string(),
        startsAt: instant,
        startsText: text,
        endsAt: instant,
        placeCode: z.string(),
        providerId: z.string().meta({ description: 'The provider that held it' }),
        demo,
      }),
    ),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null at the end' }),
  })
  .meta({ id: 'FormerAppointmentList' });
