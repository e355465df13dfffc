import { z } from 'zod';
import { positiveOutcomes } from '../../workflows/domain/diversion/treatment.ts';
import { instant, text } from './answers.ts';

export const definitionsOfTreatment = {
  modalitiesEnded:
    'Strands of treatment that ended in the period, for prescribed and other strands; a course is none.',
  peopleInTreatment:
    'Human beings with a strand of treatment that ran in the period, however many strands they have.',
  peopleWithPrescriptionBegun: 'Human beings for whom a prescription began in the period.',
  peopleTested: 'Human beings with at least one drug test in treatment in the period, however many tests.',
  completions:
    'Referrals that were closed as completed in the period and are closed still, by drug free and crime free; what is not known counts with neither. The four add up to completed.',
  endResults:
    'Completed, and engaged without completing: two results of a closure that stands, and neither follows from the other.',
  positiveOutcomes: 'What went better, each time it was recorded, by area; apart from any closure.',
  awarenessCourses:
    'Drug awareness courses begun, and completed, in the period; in none of the numbers of treatment.',
  firstTry:
    'Of the referrals received in the period: how many a person tried to reach, by the end of the clock of the first contact, and the median of the hours from receipt to the first try. An attempt that was undone is none.',
} as const;

const count = (key: keyof typeof definitionsOfTreatment) =>
  z.int().meta({ description: definitionsOfTreatment[key] });

export const treatmentFiguresAnswer = z.strictObject({
  from: instant,
  fromText: text,
  until: instant,
  untilText: text,
  modalitiesEnded: z.strictObject({ prescribed: z.int(), notPrescribed: z.int() }),
  peopleInTreatment: count('peopleInTreatment'),
  peopleWithPrescriptionBegun: count('peopleWithPrescriptionBegun'),
  peopleTested: count('peopleTested'),
  completions: z.strictObject({
    drugAndCrimeFree: z.int(),
    drugFreeOnly: z.int(),
    crimeFreeOnly: z.int(),
    neitherOrUnknown: z.int(),
  }),
  endResults: z.strictObject({ completed: z.int(), engagedThenEnded: z.int() }),
  positiveOutcomes: z.array(
    z.strictObject({ area: z.string().nullable(), outcome: z.enum(positiveOutcomes), events: z.int() }),
  ),
  awarenessCourses: z.strictObject({ begun: z.int(), completed: z.int() }),
  firstTry: z.strictObject({
    received: z.int(),
    tried: z.int(),
    inTime: z.int(),
    medianHours: z.number().nullable(),
  }),
  definitions: z.record(
    z.enum(Object.keys(definitionsOfTreatment) as [keyof typeof definitionsOfTreatment]),
    z.string(),
  ),
});
