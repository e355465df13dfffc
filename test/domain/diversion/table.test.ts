import { describe, expect, test } from '@jest/globals';
import { roles } from '../../../workflows/domain/common/actor.ts';
import { allowedCommands } from '../../../workflows/domain/common/pathway-table.ts';
import { eventVersions } from '../../../workflows/domain/diversion/events.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import type { DiversionStage } from '../../../workflows/domain/diversion/table.ts';
import { local, ReferralLife } from './referral-life.ts';

/** A life in each stage; the same for everybody who reads the story. */
const lives: Record<DiversionStage, () => ReferralLife> = {
  'awaiting-route': () => ReferralLife.received({ route: null }),
  'awaiting-contact': () => ReferralLife.received(),
  contacted: () => ReferralLife.received().attempt('reached'),
  'appointment-booked': () => ReferralLife.received().book('a1', '2026-03-05 14:00'),
  engaged: () => ReferralLife.received().do('record-engagement', { evidence: 'logged-in' }),
  closed: () => ReferralLife.received().do('close-pathway', { reason: 'moved' }),
  finished: () => ReferralLife.received().do('close-pathway', { reason: 'duplicate' }),
};

const data: Record<string, unknown> = {
  'receive-referral': {},
  'record-contact-attempt': { channel: 'phone', result: 'no-answer', by: 'person' },
  'record-engagement': { evidence: 'attended' },
  'book-appointment': {
    kind: 'assessment',
    startsAt: local('2026-03-09 14:00'),
    endsAt: local('2026-03-09 15:00'),
    placeCode: 'place-1',
  },
  'record-attendance': { appointmentId: 'a1', attendance: 'provider-caused' },
  'close-pathway': { reason: 'other' },
};

const stages = Object.keys(diversionTable.stages) as DiversionStage[];
const commands = Object.entries(diversionTable.commands).filter(([name]) => name !== 'receive-referral');

describe.each(stages)('at the stage %s', (stage) => {
  test('the life is there', () => {
    expect(lives[stage]().at.stage).toBe(stage);
  });

  test.each(commands)('%s is decided as the table says', (name, row) => {
    for (const role of roles) {
      const life = lives[stage]();
      const { refusal } = life.take(life.command(name, data[name], { role }));
      const mayRole = (row.roles as readonly string[]).includes(role);
      const mayStage = (row.stages as readonly string[]).includes(stage);
      if (!mayRole) {
        expect([role, refusal?.code]).toEqual([role, 'wrong-role']);
      } else if (!mayStage) {
        expect(refusal?.code).toBe('wrong-stage');
        expect(refusal?.details).toMatchObject({
          stage,
          allowedCommands: allowedCommands(diversionTable, stage, [role]),
        });
      } else {
        expect(['wrong-role', 'wrong-stage', 'unknown-command']).not.toContain(refusal?.code);
      }
    }
  });

  test('an unknown command is said to be one', () => {
    const life = lives[stage]();
    expect(life.take(life.command('dance', {})).refusal?.code).toBe('unknown-command');
    expect(life.take(life.command('toString', {})).refusal?.code).toBe('unknown-command');
  });
});

describe('M237 the time of an event', () => {
  test.each(commands.map(([name]) => name))('%s is never in the future and never before receipt', (name) => {
    const life = lives['appointment-booked']().until(local('2026-03-05 15:00'));
    const future = life.take(life.command(name, data[name], { occurredAt: local('2026-03-05 15:01') }));
    expect(future.refusal?.code).toBe('in-the-future');
    const early = life.take(life.command(name, data[name], { occurredAt: local('2026-03-02 09:59') }));
    expect(early.refusal?.code).toBe('before-the-start');
  });

  test('a clock of the API that is ahead of the engine is no future', () => {
    const life = lives['awaiting-contact']();
    const command = life.command('record-engagement', { evidence: 'other' });
    const ahead = {
      ...command,
      occurredAt: '2026-03-02T10:00:00.250Z',
      receivedAt: '2026-03-02T10:00:00.250Z',
    };
    expect(life.take(ahead).refusal).toBeUndefined();
  });
});

describe('M98 the voluntary path has no consequence in law', () => {
  const forbidden = /breach|arrest(?! worker)|warrant|offender|wanted/i;

  test('not in its table, and not in the names of its events', () => {
    expect(JSON.stringify(diversionTable)).not.toMatch(forbidden);
    expect(Object.keys(eventVersions).join(' ')).not.toMatch(forbidden);
  });

  test.each(['declare-breach', 'set-marker', 'issue-arrest-task', 'record-arrest', 'withdraw-task'])(
    '%s is no command of it, at any stage',
    (name) => {
      for (const stage of stages) {
        const life = lives[stage]();
        expect(life.take(life.command(name, {}, { role: 'DipOfficer' })).refusal?.code).toBe(
          'unknown-command',
        );
      }
    },
  );
});

test('every row of the table names its source', () => {
  expect(diversion.table).toBe(diversionTable);
  for (const row of [
    ...Object.values(diversionTable.deadlines),
    ...Object.values(diversionTable.attention),
    ...Object.values(diversionTable.commands),
  ]) {
    expect(row.source).not.toBe('');
  }
});
