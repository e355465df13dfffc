import { z } from 'zod';
import { demo, instant, kind, pathwayLine, text, uuid } from './answers.ts';

const count = (of: string) => z.int().meta({ description: of });

export const pathwayList = z.strictObject({
  items: z.array(pathwayLine),
  next: z.string().nullable().meta({ description: 'Cursor of the next page; null at the end' }),
});

export const offerLine = z
  .strictObject({
    pathwayId: uuid,
    reference: z.string(),
    receivedAt: instant,
    transferId: z.string().meta({ description: 'What accept-transfer and decline-transfer name' }),
    offeredAt: instant,
    offeredText: text,
    reason: z.string(),
    fromProviderId: z.string(),
    toProviderId: z.string(),
    toProgramme: z.string(),
    demo,
  })
  .meta({
    id: 'Offer',
    description: 'A transfer that is offered and not answered: the bare case, until it is accepted',
  });

export const offerList = z.strictObject({ items: z.array(offerLine), next: z.string().nullable() });

export const pathwayCounts = z
  .strictObject({
    asAt: instant,
    asAtText: text,
    total: count('The list without a filter; what is void is in none but that of its stage'),
    open: count('state=open'),
    closed: count('state=closed; open and closed add up to the total'),
    working: count('state=working'),
    mine: count('mine=true: what the caller carries and is worked on'),
    unassigned: count('unassigned=true'),
    overdue: count('overdue=true'),
    attention: count('attention=true'),
    offered: count('offered=true; no filter narrows it'),
    stages: z.array(
      z.strictObject({ kind, stage: z.string(), title: z.string(), count: count('kind=…&stage=…') }),
    ),
  })
  .meta({ id: 'PathwayCounts' });
