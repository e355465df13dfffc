import { pathwayWorkflowId } from '../../workflows/contract/temporal.ts';
import { usualRig, type Bench } from '../bench.ts';
import { atMost, counted, median, type Figure } from '../figure.ts';
import { lifeOfNine, live } from '../referral.ts';
import { lengthOf, type RunLength } from '../run-length.ts';

const lives = 5;

export const history: Bench = {
  name: 'history',
  about: 'What a life leaves in Temporal: events and bytes, against a bare run with as many Updates.',
  rig: usualRig,
  measure: async ({ rig }) => {
    const ours: RunLength[] = [];
    const bare: RunLength[] = [];
    const updates = lifeOfNine.length;
    for (let index = 0; index < lives; index += 1) {
      const { pathwayId } = (await live(rig)).address;
      ours.push(await lengthOf(rig.house.client, pathwayWorkflowId(pathwayId)));
      const handle = await rig.bare.live(updates);
      bare.push(await lengthOf(rig.bare.client, handle.workflowId));
    }
    const of = (lengths: readonly RunLength[], numberOf: (length: RunLength) => number): number =>
      median(lengths.map(numberOf));
    const figures: [name: string, numberOf: (length: RunLength) => number, limit?: number][] = [
      ['events a command', ({ events }) => events / updates, 8],
      ['events a life', ({ events }) => events],
      ['bytes a life', ({ bytes }) => bytes],
    ];
    return figures.map(([name, numberOf, limit]): Figure =>
      counted(name, of(ours, numberOf), of(bare, numberOf), limit === undefined ? undefined : atMost(limit)),
    );
  },
};
