import type { PersonFactName } from '../../api/fact-table.ts';
import type { ConsentPurpose } from '../../workflows/domain/common/consent.ts';
import type { Instant } from '../../workflows/domain/common/instant.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import type { diversionTable } from '../../workflows/domain/diversion/table.ts';

/** Accounts of the built-in issuer (stand-ins/demo-users.ts). */
export type Who =
  'officer' | 'manager' | 'prison-link' | 'caseworker' | 'provider-manager' | 'kaleidoscope-caseworker';

export type SentCommand = Exclude<keyof typeof diversionTable.commands, 'receive-referral'>;

export type Fields = Readonly<Record<string, Json>>;

/** Says which instant a planned day is. */
export interface DayClock {
  readonly instantAt: (day: number) => Instant;
}

/** One thing that somebody does on a day of a planned life. */
export type PlannedAct = PlannedCommand | PlannedFact;

interface OnDay {
  /** When it happens and is sent, in scaled days from the start of the plan. */
  readonly day: number;
  readonly who: Who;
}

export interface PlannedCommand extends OnDay {
  readonly kind: 'command';
  readonly name: SentCommand;
  readonly data: Fields;
  /** Of a booking: the days between which the appointment lies. */
  readonly slot?: { readonly from: number; readonly to: number };
  /** Under this label later acts name what this command made. */
  readonly label?: string;
  /** Fields of the data whose value is the id of an earlier command, by its label. */
  readonly ids?: Readonly<Record<string, string>>;
}

export interface PlannedFact extends OnDay {
  readonly kind: 'fact';
  readonly fact: PersonFactName;
  readonly purpose?: ConsentPurpose;
}

/** What the act sends. @throws Error when it names a label that no command has had */
export function bodyOf(act: PlannedAct, clock: DayClock, made: ReadonlyMap<string, string>): Fields {
  const occurredAt = clock.instantAt(act.day);
  if (act.kind === 'fact') {
    return { fact: act.fact, occurredAt, ...(act.purpose === undefined ? {} : { purpose: act.purpose }) };
  }
  const { data, slot, ids = {} } = act;
  const named = Object.entries(ids).map(([field, label]) => {
    const id = made.get(label);
    if (id === undefined) throw new Error(`${act.name} names ${label}, which nothing has made`);
    return [field, id] as const;
  });
  const times =
    slot === undefined ? {} : { startsAt: clock.instantAt(slot.from), endsAt: clock.instantAt(slot.to) };
  return { occurredAt, data: { ...data, ...times, ...Object.fromEntries(named) } };
}
