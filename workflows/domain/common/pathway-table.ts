import type { Role } from './actor.ts';

/**
 * The story of one kind of pathway, as data: its stages, the commands each stage allows and to whom,
 * the clocks, and what needs a person's eye. The guards, the refusals' words, the diagram, the list of
 * allowed commands and the API description all come from it.
 */
export interface PathwayTable {
  readonly stages: Readonly<Record<string, StageRow>>;
  readonly commands: Readonly<Record<string, CommandRow>>;
  readonly deadlines: Readonly<Record<string, DeadlineRow>>;
  readonly attention: Readonly<Record<string, AttentionRow>>;
}

export interface StageRow {
  readonly title: string;
  readonly meaning: string;
  /** The case is closed in the counts. */
  readonly closed: boolean;
}

export interface CommandRow {
  readonly title: string;
  readonly stages: readonly string[] | 'any';
  readonly roles: readonly Role[];
  readonly effect: string;
  /** Act and section, or where the practice comes from. */
  readonly source: string;
}

export interface DeadlineRow {
  readonly title: string;
  /** Where the clock starts. */
  readonly starts: string;
  /** When it is due, with the policy's field or the law. */
  readonly due: string;
  /** What its passing does. */
  readonly passes: string;
  readonly source: string;
  readonly whoCanMove: readonly Role[];
}

export interface AttentionRow {
  readonly title: string;
  /** One plain sentence: the cause as the board shows it. */
  readonly cause: string;
  readonly family: 'engine' | 'practice';
  readonly owner: Role;
  /** The remedy in words; engine remedies (retry, wake, start) need none of their own. */
  readonly remedy: string;
  readonly source: string;
}

/** The commands that this stage allows this role, in the table's order. */
export function allowedCommands(table: PathwayTable, stage: string, held: readonly Role[]): string[] {
  return Object.entries(table.commands)
    .filter(([, row]) => row.stages === 'any' || row.stages.includes(stage))
    .filter(([, row]) => row.roles.some((role) => held.includes(role)))
    .map(([name]) => name);
}
