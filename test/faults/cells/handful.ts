import { randomUUID } from 'node:crypto';
import type { Violation } from '../../../scripts/house/violation.ts';
import type { Scene } from '../cell.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { beTested, impose } from '../lives/compulsory-life.ts';
import { Story } from '../lives/story.ts';
import { beReferred, engage, tryOnce } from '../lives/voluntary-life.ts';

/** Acts that are ready to be sent, all at once. */
export interface Handful {
  readonly send: () => Promise<void>;
  readonly violations: () => readonly Violation[];
}

const pathways = 4;

/**
 * Opens a few pathways of both kinds and prepares one act for each of them, and two that must be refused:
 * what is in the air when something dies.
 */
export async function handful({ officer, random, index }: Scene): Promise<Handful> {
  const stories = numbers(pathways, index * pathways).map(
    (number) => new Story(officer, random.fork(), number),
  );
  const acts = await byClients(stories, pathways, async (story) => {
    if (story.number % 2 === 0) {
      const duty = await beTested(story);
      return duty === undefined ? [] : [() => impose(story, duty)];
    }
    const referral = await beReferred(story);
    if (referral === undefined) return [];
    const refused = () =>
      story.command(
        'manager',
        { pathwayId: referral.pathwayId, name: 'record-attendance' },
        { appointmentId: randomUUID(), attendance: 'absent' },
        'refused',
      );
    const taken = story.random.chance(0.5) ? () => tryOnce(story, referral) : () => engage(story, referral);
    return [taken, refused];
  });
  return {
    send: async () => {
      await Promise.all(acts.flat().map((act) => act()));
    },
    violations: () => stories.flatMap((story) => story.violations),
  };
}
