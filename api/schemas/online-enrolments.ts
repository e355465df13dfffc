import { z } from 'zod';

/** How it stands with the online programme, for whoever has the person. */

const instant = z
  .string()
  .meta({ format: 'date-time', description: 'An instant in UTC, to the millisecond' });

export const enrolmentStates = ['waiting', 'enrolled', 'logged-in', 'not-enrolled', 'unclear'] as const;

export const enrolmentList = z
  .strictObject({
    pathwayId: z.string().meta({ format: 'uuid' }),
    items: z.array(
      z.strictObject({
        enrolmentId: z.string().meta({
          format: 'uuid',
          description: 'The reference under which the programme has them',
        }),
        plannedAt: instant,
        state: z.enum(enrolmentStates),
        reason: z
          .string()
          .nullable()
          .meta({ description: 'Why they are not enrolled, or why a login is no engagement' }),
        accessCode: z
          .string()
          .nullable()
          .meta({ description: 'To be told to the person alone, in a way that is safe' }),
      }),
    ),
  })
  .meta({ id: 'OnlineEnrolments' });

export type EnrolmentState = (typeof enrolmentStates)[number];
