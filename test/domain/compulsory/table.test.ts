import { describe, expect, test } from '@jest/globals';
import { roles } from '../../../workflows/domain/common/actor.ts';
import { engineCommandNames } from '../../../workflows/domain/common/command.ts';
import { allowedCommands } from '../../../workflows/domain/common/pathway-table.ts';
import { compulsoryCommandNames } from '../../../workflows/domain/compulsory/commands.ts';
import { closureReasons } from '../../../workflows/domain/compulsory/events.ts';
import { compulsory } from '../../../workflows/domain/compulsory/kind.ts';
import { CompulsoryCase } from './compulsory-case.ts';

const { table } = compulsory;

describe('the table of the compulsory pathway', () => {
  test('has the commands that can be sent, the opening one first, and none of the engine’s', () => {
    expect(Object.keys(table.commands)).toEqual(['record-test', ...compulsoryCommandNames]);
    for (const name of engineCommandNames) expect(table.commands).not.toHaveProperty(name);
  });

  test('names only stages and roles that exist', () => {
    for (const { stages, roles: held } of Object.values(table.commands)) {
      for (const stage of stages === 'any' ? [] : stages) expect(table.stages).toHaveProperty(stage);
      for (const role of held) expect(roles).toContain(role);
    }
  });

  test('closes exactly the stages that a pathway ends in', () => {
    const closed = Object.entries(table.stages).filter(([, row]) => row.closed);
    expect(closed.map(([stage]) => stage)).toEqual(closureReasons);
  });

  test('M98 lets nobody but the DIP officer decide good cause, breach, marker and arrest task', () => {
    const decisions = [
      'decide-good-cause',
      'declare-breach',
      'set-marker',
      'issue-arrest-task',
      'withdraw-task',
    ];
    for (const name of decisions) expect(table.commands[name]?.roles).toEqual(['DipOfficer']);
  });

  test('gives each role its commands at each stage', () => {
    expect(allowedCommands(table, 'awaiting-requirement', ['CustodyOfficer'])).toEqual([
      'impose-requirement',
      'conclude-without-requirement',
    ]);
    expect(allowedCommands(table, 'awaiting-requirement', ['DToACoordinator'])).toEqual([
      'conclude-without-requirement',
    ]);
    for (const stage of ['initial-assessment', 'follow-up-assessment']) {
      expect(allowedCommands(table, stage, ['PoliceOfficer', 'DipOfficer'])).toEqual([
        'vary-appointment',
        'record-result',
        'send-page-link',
      ]);
    }
    expect(allowedCommands(table, 'breach', ['DipOfficer'])).toEqual([
      'vary-appointment',
      'decide-good-cause',
      'declare-breach',
      'set-marker',
      'issue-arrest-task',
      'withdraw-task',
      'record-result',
    ]);
    expect(allowedCommands(table, 'breach', ['LpuOfficer'])).toEqual(['acknowledge-task', 'record-arrest']);
    // An arrest on a withdrawn task and the release after it can be told at any time.
    expect(allowedCommands(table, 'died', ['LpuOfficer', 'DipOfficer'])).toEqual([
      'acknowledge-task',
      'record-arrest',
      'record-result',
    ]);
  });
});

describe('every command', () => {
  const names = compulsoryCommandNames;

  test.each(names)('%s is refused from each role that the table does not name', (name) => {
    const it = CompulsoryCase.tasked('RED');
    for (const role of roles.filter((candidate) => !table.commands[name]?.roles.includes(candidate))) {
      const command = {
        ...it.engine(name, {}),
        actor: { userId: 'u', role, organisationId: 'o', forceId: 'f' },
      };
      expect(it.refusedRaw(command)).toMatchObject({ code: 'wrong-role', details: { role } });
    }
  });

  const reached = [
    ['awaiting-requirement', () => CompulsoryCase.tested()],
    ['initial-assessment', () => CompulsoryCase.required()],
    ['good-cause-review', () => CompulsoryCase.missed()],
    ['breach', () => CompulsoryCase.tasked('RED')],
  ] as const;

  test.each(reached)(
    'is refused at the stage %s where the table does not allow it, with what is allowed',
    (stage, reach) => {
      const it = reach();
      expect(it.stage).toBe(stage);
      for (const name of names) {
        const row = table.commands[name];
        if (row === undefined || row.stages === 'any' || row.stages.includes(stage)) continue;
        const [role] = row.roles;
        if (role === undefined) throw new Error(name);
        const command = {
          ...it.engine(name, {}),
          actor: { userId: 'u', role, organisationId: 'o', forceId: 'f' },
        };
        expect(it.refusedRaw(command)).toMatchObject({
          code: 'wrong-stage',
          details: { stage, allowedCommands: allowedCommands(table, stage, [role]) },
        });
      }
    },
  );

  test('is refused when it is not one', () => {
    const it = CompulsoryCase.required();
    for (const name of ['close-pathway', 'constructor', '__proto__', '']) {
      expect(it.refusedRaw(it.engine(name, {})).code).toBe('unknown-command');
    }
  });
});
