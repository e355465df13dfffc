import type { Violation } from '../../../scripts/house/violation.ts';
import type { Scene } from '../cell.ts';
import { byClients, numbers } from '../../../scripts/house/clients.ts';
import { beTested, impose } from '../lives/compulsory-life.ts';
import { errandNames, prepareErrand } from '../lives/errands.ts';
import { refer } from '../lives/referring.ts';
import { Story } from '../lives/story.ts';
import { tryWhatIsRefused } from '../lives/voluntary-life.ts';

/** Acts that are ready to be sent, all at once. */
export interface Handful {
  readonly send: () => Promise<void>;
  readonly violations: () => readonly Violation[];
}

const duties = 2;
const clients = 6;
/** Numbers of people that no cell gives to others. */
const firstErrand = 500_000;

/**
 * Opens a few pathways of both kinds and prepares one act for each of them, on the voluntary path those that this
 * repeat has to meet, and two that must be refused: what is in the air when something dies.
 */
export async function handful(scene: Scene): Promise<Handful> {
  const count = duties + 2;
  const stories = storiesOf(scene, count, scene.index * count);
  const opening = byClients(stories, clients, async (story, index): Promise<(() => Promise<unknown>)[]> => {
    if (index < duties) {
      const duty = await beTested(story);
      return duty === undefined ? [] : [() => impose(story, duty)];
    }
    const referred = await refer(story);
    return referred === undefined ? [] : [() => tryWhatIsRefused(story, referred)];
  });
  const [prepared, errands] = await Promise.all([opening, prepareErrands(scene)]);
  return {
    send: async () => {
      await Promise.all([...prepared.flat().map((act) => act()), errands.send()]);
    },
    violations: () => [...stories.flatMap((story) => story.violations), ...errands.violations()],
  };
}

/** Prepares the commands of the voluntary path that this repeat has to meet. */
export async function prepareErrands(scene: Scene): Promise<Handful> {
  const { errands, index } = scene;
  const stories = storiesOf(scene, errands.length, firstErrand + index * errandNames.length);
  const acts = await byClients(stories, clients, (story, place) =>
    prepareErrand(story, errands[place] ?? ''),
  );
  return {
    send: async () => {
      await Promise.all(acts.map((act) => act()));
    },
    violations: () => stories.flatMap((story) => story.violations),
  };
}

function storiesOf({ officer, random }: Scene, count: number, first: number): Story[] {
  return numbers(count, first).map((number) => new Story(officer, random.fork(), number));
}
