import { deadlineCommandId, type Command } from '../../workflows/domain/common/command.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import type { LedgerEvent, StoredEvent } from '../../workflows/domain/common/event.ts';
import type { Json } from '../../workflows/domain/common/json.ts';
import { diversion } from '../../workflows/domain/diversion/kind.ts';
import { defaultDiversionPolicy } from '../../workflows/domain/diversion/policy.ts';
import type { DiversionState } from '../../workflows/domain/diversion/state.ts';
import type { LedgerPathway, LedgerSnapshot } from '../../scripts/house/ledger-snapshot.ts';
import { actor, testForce } from '../support/pathways.ts';

/** Ledgers as the rules themselves write them, for the checks to be shown, and to be spoilt. */

export const received = '2026-03-02T09:00:00.000Z';
export const firstContactDue = '2026-03-05T00:00:00.000Z';
export const later = '2026-03-05T00:00:02.000Z';
export const pathwayId = '00000000-0000-4000-8000-000000000001';

export function opening(): Command {
  return {
    commandId: 'opening',
    name: 'receive-referral',
    data: {
      ...{
        pathwayId,
        personId: 'person',
        receivedAt: received,
        offenceCode: '92E',
        offenceDate: '2026-03-01',
      },
      ...{ source: { source: 'police', via: 'acr' }, disposal: 'adult-community-resolution' },
      ...{ birthDate: '1990-01-01', language: 'en', safeToText: 'yes', knownChannels: ['phone', 'text'] },
      route: { providerId: 'ddas', programme: 'acr-diversion', routeId: 'route-1' },
      // One clock comes due at a time.
      policy: {
        ...defaultDiversionPolicy(testForce, 'acr-diversion', []),
        acceptance: { unit: 'weeks', count: 2 },
      },
    },
    ...{ occurredAt: received, receivedAt: received, actor: actor('PoliceOfficer') },
  };
}

export function passing(deadlineId: string): Command {
  return {
    ...{ commandId: deadlineCommandId(deadlineId), name: 'deadline-due', data: { deadlineId } },
    ...{ occurredAt: firstContactDue, receivedAt: later, actor: systemActor(testForce) },
  };
}

/** What the ledger holds after these commands, each recorded at its own time. */
export function referral(...commands: readonly (Command & { readonly at?: string })[]): LedgerPathway {
  let state: DiversionState | undefined;
  const events: StoredEvent[] = [];
  for (const command of commands) {
    const recordedAt = command.at ?? command.receivedAt;
    const decision = diversion.decide(state, command, recordedAt);
    if (decision.refusal !== undefined) throw new Error(decision.refusal.message);
    for (const event of decision.events) {
      const { commandId, actor: by } = command;
      const stored = { ...event, seq: events.length + 1, commandId, actor: by } as LedgerEvent;
      state = diversion.evolve(state, stored);
      events.push({ ...stored, recordedAt });
    }
  }
  if (state === undefined) throw new Error('No command');
  const summary = diversion.summarise(state);
  const { stage, closedAt, closureReason, needsRun, attention, lateSince, providerId, nextDeadline } =
    summary;
  return {
    ...{ forceId: testForce, pathwayId, personId: 'person', kind: 'diversion', openingCommandId: 'opening' },
    ...{ headSeq: events.length, needsRun, summary: JSON.parse(JSON.stringify(summary)) as Json, events },
    columns: {
      ...{ stage, closedAt, closureReason, needsRun, attention, providerId },
      lateSince: lateSince ?? null,
      ...{ nextDueAt: nextDeadline?.due ?? null, nextDueRule: nextDeadline?.rule ?? null },
    },
  };
}

export const opened = referral(opening());
export const firstContact = opened.events[0]?.armed?.find(({ rule }) => rule === 'first-contact');
if (firstContact?.due !== firstContactDue) throw new Error('The first contact is due at another time');
export const passed = referral(opening(), passing(firstContact.id));

/** The same ledger with one event changed. */
export function withEvent(pathway: LedgerPathway, seq: number, change: Partial<StoredEvent>): LedgerPathway {
  const events = pathway.events.map((event) => (event.seq === seq ? { ...event, ...change } : event));
  return { ...pathway, events };
}

export function ledger(parts: Partial<LedgerSnapshot> = {}): LedgerSnapshot {
  return { pathways: [], requests: [], messages: [], tasks: [], facts: [], ...parts };
}

export const codes = (violations: readonly { readonly invariant: string }[]): string[] => [
  ...new Set(violations.map(({ invariant }) => invariant)),
];
