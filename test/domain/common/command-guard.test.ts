import { describe, expect, test } from '@jest/globals';
import type { Command } from '../../../workflows/domain/common/command.ts';
import { guardCommand, isInFuture } from '../../../workflows/domain/common/command-guard.ts';
import type { PathwayTable } from '../../../workflows/domain/common/pathway-table.ts';

const row = { title: 'Wait', effect: '', source: '' };
const table: PathwayTable = {
  stages: {
    open: { title: 'Open', meaning: '', closed: false },
    closed: { title: 'Closed', meaning: '', closed: true },
  },
  commands: {
    wait: { ...row, stages: ['open'], roles: ['LpuOfficer'] },
    note: { ...row, title: 'Note', stages: 'any', roles: ['LpuOfficer', 'Manager'] },
  },
  deadlines: {},
  attention: {},
};

const start = '2026-01-01T00:00:00.000Z';
const now = '2026-02-01T00:00:00.000Z';

function guard(change: Partial<Command>, role: 'LpuOfficer' | 'Manager' = 'LpuOfficer', stage = 'open') {
  const actor = { userId: 'u', role, organisationId: 'o', forceId: 'f' } as const;
  const command = {
    commandId: 'c',
    name: 'wait',
    data: {},
    occurredAt: now,
    receivedAt: now,
    actor,
    ...change,
  };
  return guardCommand(table, { stage, receivedAt: start }, command, now)?.refusal;
}

describe('the guard of every command', () => {
  test('lets pass what the table allows, from the start of the pathway until now', () => {
    expect(guard({})).toBeUndefined();
    expect(guard({ occurredAt: start })).toBeUndefined();
    expect(guard({ name: 'note' }, 'Manager', 'closed')).toBeUndefined();
  });

  test.each(['other', 'constructor', 'toString', '__proto__', ''])('knows no command %p', (name) => {
    expect(guard({ name })?.code).toBe('unknown-command');
  });

  test('refuses another role with those that may, before it says anything of the stage', () => {
    expect(guard({}, 'Manager', 'closed')).toEqual({
      code: 'wrong-role',
      message: '"Wait" is not for your role.',
      details: { role: 'Manager', allowedRoles: ['LpuOfficer'] },
    });
  });

  test('refuses another stage with the stage and what that allows the caller', () => {
    expect(guard({}, 'LpuOfficer', 'closed')).toEqual({
      code: 'wrong-stage',
      message: '"Wait" is not possible at the stage "Closed".',
      details: { stage: 'closed', allowedCommands: ['note'] },
    });
  });

  test('refuses what is still to come and what lies before the pathway', () => {
    expect(guard({ occurredAt: '2026-02-01T00:00:00.001Z' })?.code).toBe('in-the-future');
    expect(guard({ occurredAt: '2025-12-31T23:59:59.999Z' })?.code).toBe('before-the-start');
  });
});

test('a time is in the future only when both clocks, of receipt and of deciding, say so', () => {
  const later = '2026-02-01T00:00:00.500Z';
  expect(isInFuture(later, now, now)).toBe(true);
  // The machine that received it is half a second ahead of the one that decides.
  expect(isInFuture(later, later, now)).toBe(false);
  expect(isInFuture(later, now, later)).toBe(false);
});

test('a clock of receipt that is wrong by more than two minutes lets nothing into the future', () => {
  const ahead = '2026-02-01T00:02:00.000Z';
  expect(isInFuture(ahead, ahead, now)).toBe(false);
  const tooFar = '2026-02-01T00:02:00.001Z';
  expect(isInFuture(tooFar, tooFar, now)).toBe(true);
  expect(isInFuture(tooFar, '2026-03-01T00:00:00.000Z', now)).toBe(true);
  expect(guard({ occurredAt: tooFar, receivedAt: tooFar })?.code).toBe('in-the-future');
});
