import type { z } from 'zod';
import { factTable, type PersonFactName } from '../../../api/fact-table.ts';
import type { diversionCommandSchemas } from '../../../api/schemas/diversion.ts';
import { refer, type Referred, type ReferralPlan } from './referring.ts';
import type { Expected, Story } from './story.ts';

type Schemas = typeof diversionCommandSchemas;
export type SentCommand = keyof Schemas;

/** On the way to what is to be done something had no answer, or was refused: the story knows, and it ends there. */
export class WayBarredError extends Error {
  override readonly name = 'WayBarredError';
}

export interface Sending {
  /** What must come of it; taken when not given. */
  readonly expected?: Expected;
  /** ISO instant; when the API heard of it when not given. */
  readonly occurredAt?: string;
}

/** A referral that somebody works on. */
export class CaseInHand {
  readonly story: Story;
  readonly referred: Referred;

  private constructor(story: Story, referred: Referred) {
    this.story = story;
    this.referred = referred;
  }

  /** @throws WayBarredError */
  static async opened(story: Story, plan: ReferralPlan = {}): Promise<CaseInHand> {
    return new CaseInHand(story, must(await refer(story, plan)));
  }

  /** Of a person with a second open referral at the same provider. @throws WayBarredError */
  static async withSister(story: Story): Promise<CaseInHand> {
    const first = await CaseInHand.opened(story);
    must(await refer(story, { time: 2 }));
    return first;
  }

  /** @returns the id of the command, when it was taken */
  send<N extends SentCommand>(
    user: string,
    name: N,
    data: z.input<Schemas[N]>,
    { expected = 'taken', occurredAt }: Sending = {},
  ): Promise<string | undefined> {
    const { pathwayId } = this.referred;
    const address = { pathwayId, name, ...(occurredAt === undefined ? {} : { occurredAt }) };
    return this.story.command(user, address, data, expected);
  }

  /** @returns the id of the command @throws WayBarredError when it was not taken */
  async sent<N extends SentCommand>(user: string, name: N, data: z.input<Schemas[N]>): Promise<string> {
    return must(await this.send(user, name, data));
  }

  /** Tells a fact about the person, with the case or with the person. @returns its id, when it was taken */
  async tell(fact: PersonFactName, said: object = {}): Promise<string | undefined> {
    const { story, referred } = this;
    const user = story.random.pick(['manager', 'provider-manager']);
    const [path, body] = story.random.chance(0.5)
      ? [`/api/v1/pathways/${referred.pathwayId}/commands/${factTable[fact].command}`, { data: said }]
      : [`/api/v1/persons/${referred.personId}/facts`, { fact, ...said }];
    const asked = await story.act(user, path, body, 'taken');
    return asked === undefined ? undefined : (asked.final?.body as { factId: string }).factId;
  }

  /** @returns the id of the fact @throws WayBarredError when it was not taken */
  async told(fact: PersonFactName, said: object = {}): Promise<string> {
    return must(await this.tell(fact, said));
  }
}

function must<T>(came: T | undefined): T {
  if (came === undefined) throw new WayBarredError('The way there is barred');
  return came;
}
