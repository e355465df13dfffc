import { describe, expect, test } from '@jest/globals';
import { roles } from '../../../workflows/domain/common/actor.ts';
import type { Role } from '../../../workflows/domain/common/actor.ts';
import { withAllMessages } from '../../../workflows/domain/common/default-messages.ts';
import { allowedCommands } from '../../../workflows/domain/common/pathway-table.ts';
import type {
  DiversionCommandData,
  DiversionCommandName,
} from '../../../workflows/domain/diversion/commands.ts';
import { eventVersions } from '../../../workflows/domain/diversion/events.ts';
import { diversion } from '../../../workflows/domain/diversion/kind.ts';
import { diversionTable } from '../../../workflows/domain/diversion/table.ts';
import type { DiversionStage } from '../../../workflows/domain/diversion/table.ts';
import { local, policy, receipt, referral, ReferralLife } from './referral-life.ts';

const elsewhere = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };
const manager = { role: 'Manager' } as const;

/** With a condition, so that there is one to speak of. */
const received = (route = referral().route): ReferralLife =>
  ReferralLife.received({
    route,
    source: { source: 'police', via: 'conditional-caution' },
    disposal: 'conditional-caution',
    conditions: [{ conditionId: 'c1', code: 'attend-assessment', dueAt: local('2026-04-20 10:00') }],
  });

const booked = (): ReferralLife => received().book('a1', '2026-03-05 14:00');

function engaged(): ReferralLife {
  const life = booked().until(local('2026-03-05 15:30'));
  life.do('record-attendance', { appointmentId: 'a1', attendance: 'attended-and-remained' });
  return life.do('record-condition-result', { conditionId: 'c1', result: 'not-met' });
}

function assessed(): ReferralLife {
  const life = engaged().until(local('2026-03-06 10:00'));
  life.do('record-assessment', { substances: ['heroin'], result: 'suitable' });
  return life.do('add-need', { needId: 'n1', code: 'housing' });
}

function planned(): ReferralLife {
  const strand = { modalityId: 'm1', type: 'pharmacological', prescribed: true } as const;
  const further = { modalityId: 'm2', type: 'psychosocial', prescribed: false } as const;
  return assessed()
    .until(local('2026-03-09 10:00'))
    .do('agree-care-plan', { modalities: [strand, further] });
}

const treated = (): ReferralLife => planned().do('start-treatment', { modalityId: 'm1' });

/** A life in each stage; the same for everybody who reads the story. */
const lives: Record<DiversionStage, ReferralLife> = {
  'awaiting-route': received(null),
  'awaiting-contact': received(),
  contacted: received().attempt('reached'),
  'appointment-booked': booked(),
  engaged: engaged(),
  assessed: assessed(),
  'care-plan-agreed': planned(),
  'in-treatment': treated()
    .do('start-prescription', { modalityId: 'm1' })
    .do('transfer-pathway', { to: elsewhere, reason: 'moved' }),
  concluded: treated().until(local('2026-06-10 10:00')),
  closed: received().do('close-pathway', { reason: 'moved' }),
  // A try is taken there only where the closure left somebody to be told.
  finished: ReferralLife.received({ policy: withAllMessages(policy) })
    .book('a1', '2026-03-12 14:00')
    .do('close-pathway', { reason: 'duplicate' }),
  void: received().do('void-pathway', { reason: 'wrong-person' }, manager),
};

const slotAhead = { startsAt: local('2026-07-09 14:00'), endsAt: local('2026-07-09 15:00') };

type Data = { readonly [N in DiversionCommandName]: (life: ReferralLife) => DiversionCommandData[N] };

const data: Data = {
  'receive-referral': () => referral(),
  'accept-referral': () => ({}),
  'decline-referral': () => ({ reason: 'no-capacity' }),
  reroute: () => ({ route: elsewhere, reason: 'wrong-area' }),
  'assign-caseworker': () => ({ workerId: 'worker-1' }),
  'record-contact-attempt': () => ({ channel: 'phone', result: 'no-answer', by: 'person' }),
  'undo-contact-attempt': (life) => ({ attemptId: life.of('contact-attempted').at(-1)?.commandId ?? 'none' }),
  'record-engagement': () => ({ evidence: 'other' }),
  'book-appointment': () => ({ kind: 'assessment', placeCode: 'place-1', ...slotAhead }),
  'reschedule-appointment': () => ({
    appointmentId: 'a1',
    ...slotAhead,
    askedBy: 'person',
    reason: 'childcare',
  }),
  'cancel-appointment': () => ({ appointmentId: 'a1', askedBy: 'provider', reason: 'staff-away' }),
  'record-attendance': () => ({ appointmentId: 'a1', attendance: 'provider-caused' }),
  'correct-attendance': () => ({ appointmentId: 'a1', attendance: 'absent', reason: 'misunderstood' }),
  'record-assessment': () => ({ substances: ['cannabis'], result: 'suitable' }),
  'agree-care-plan': () => ({
    modalities: [{ modalityId: 'm3', type: 'group-programme', prescribed: false }],
  }),
  'start-treatment': () => ({ modalityId: 'm2' }),
  'record-treatment-session': () => ({ modalityId: 'm1', kind: 'one-to-one', result: 'attended' }),
  'start-prescription': () => ({ modalityId: 'm1' }),
  'end-prescription': () => ({ modalityId: 'm1', reason: 'completed' }),
  'record-treatment-test': () => ({ results: [{ substance: 'heroin', result: 'negative' }] }),
  'end-modality': () => ({ modalityId: 'm1', reason: 'dropped-out' }),
  'record-positive-outcome': () => ({ outcome: 'housed' }),
  'add-need': () => ({ needId: 'n2', code: 'money-and-benefits' }),
  'close-need': () => ({ needId: 'n1', result: 'met' }),
  'record-condition-result': () => ({ conditionId: 'c1', result: 'met' }),
  'acknowledge-non-compliance': () => ({ conditionId: 'c1' }),
  'extend-closure-date': () => ({ until: '2026-06-20', reason: 'ill' }),
  'close-pathway': () => ({ reason: 'other' }),
  'reopen-pathway': () => ({ reason: 'closed-in-error' }),
  'record-move': () => ({ route: elsewhere }),
  'transfer-pathway': () => ({ to: elsewhere, reason: 'persons-choice' }),
  'accept-transfer': (life) => ({ transferId: life.at.transfer?.transferId ?? 'none' }),
  'decline-transfer': (life) => ({
    transferId: life.at.transfer?.transferId ?? 'none',
    reason: 'no-capacity',
  }),
  'take-back-transfer': (life) => ({ transferId: life.at.transfer?.transferId ?? 'none' }),
  'send-page-link': () => ({}),
  'set-iom-flag': () => ({ designated: true }),
  'add-note': () => ({ noteId: 'note-1' }),
  'amend-details': () => ({ amendmentId: 'amendment-1', fields: ['surname'], reason: 'entered-wrongly' }),
  'void-pathway': () => ({ reason: 'rescinded' }),
  'reassign-person': () => ({
    ...{ personId: 'person-2', reason: 'false-identity', language: 'cy', safeToText: null },
    knownChannels: [],
  }),
  'rebase-policy': () => ({ policy: { ...policy, version: policy.version + 1 }, reason: 'rule-changed' }),
};

/** Where the decision itself is narrower than the row: what is closed for good or void in error only a manager opens. */
const narrower: Readonly<Record<string, readonly Role[]>> = {
  'reopen-pathway finished': ['Manager'],
  'reopen-pathway void': ['Manager'],
};

const stages = Object.keys(diversionTable.stages) as DiversionStage[];
const commands = Object.entries(diversionTable.commands).filter(([name]) => name !== 'receive-referral') as [
  DiversionCommandName,
  (typeof diversionTable.commands)[DiversionCommandName],
][];

const mayAt = (row: { readonly stages: readonly string[] | 'any' }, stage: string): boolean =>
  row.stages === 'any' || row.stages.includes(stage);

const taken = new Set<string>();

describe.each(stages)('at the stage %s', (stage) => {
  test('the life is there', () => {
    expect(lives[stage].at.stage).toBe(stage);
  });

  test.each(commands)('%s is decided as the table says', (name, row) => {
    for (const role of roles) {
      const life = lives[stage].fork();
      const { refusal } = life.take(life.command(name, data[name](life), { role }));
      const mayRole = (row.roles as readonly string[]).includes(role);
      const narrow = narrower[`${name} ${stage}`];
      if (!mayRole) {
        expect([role, refusal?.code]).toEqual([role, 'wrong-role']);
      } else if (!mayAt(row, stage)) {
        expect(refusal?.code).toBe('wrong-stage');
        expect(refusal?.details).toMatchObject({
          stage,
          allowedCommands: allowedCommands(diversionTable, stage, [role]),
        });
      } else if (narrow !== undefined && !narrow.includes(role)) {
        expect(refusal).toMatchObject({ code: 'wrong-role', details: { allowedRoles: narrow } });
      } else {
        expect(['wrong-role', 'wrong-stage', 'unknown-command']).not.toContain(refusal?.code);
      }
      if (refusal === undefined) {
        taken.add(name);
      }
    }
  });

  test('an unknown command is said to be one', () => {
    const life = lives[stage].fork();
    expect(life.take(life.command('dance', {})).refusal?.code).toBe('unknown-command');
    expect(life.take(life.command('toString', {})).refusal?.code).toBe('unknown-command');
  });
});

test('each command was taken in one of these lives', () => {
  expect(commands.map(([name]) => name).filter((name) => !taken.has(name))).toEqual([]);
});

describe('M237 the time of an event', () => {
  test.each(commands)('%s is never in the future and never before receipt', (name, row) => {
    const stage = stages.find((candidate) => mayAt(row, candidate));
    const [role] = row.roles;
    if (stage === undefined) throw new Error(`${name} is allowed nowhere`);
    const ahead = lives[stage].fork();
    const occurredAt = new Date(Date.parse(ahead.now) + 180_000).toISOString();
    const future = ahead.take(ahead.command(name, data[name](ahead), { role, occurredAt }));
    expect(future.refusal?.code).toBe('in-the-future');
    const life = lives[stage].fork();
    const before = { role, occurredAt: local('2026-03-02 09:59') };
    expect(life.take(life.command(name, data[name](life), before)).refusal?.code).toBe('before-the-start');
  });

  test('a clock of the API that is ahead of the engine is no future', () => {
    const life = lives['awaiting-contact'].fork();
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
  const forbidden = /breach|arrest(?! worker)|warrant|offender(?! management)|wanted/i;

  test('not in its table, and not in the names of its events', () => {
    expect(forbidden.exec(JSON.stringify(diversionTable))?.[0]).toBeUndefined();
    expect(Object.keys(eventVersions).join(' ')).not.toMatch(forbidden);
  });

  test.each(['declare-breach', 'set-marker', 'issue-arrest-task', 'record-arrest', 'withdraw-task'])(
    '%s is no command of it, at any stage',
    (name) => {
      for (const stage of stages) {
        const life = lives[stage].fork();
        expect(life.take(life.command(name, {}, { role: 'DipOfficer' })).refusal?.code).toBe(
          'unknown-command',
        );
      }
    },
  );
});

describe('every event of the list', () => {
  const later = Object.entries(eventVersions).filter(([type]) => type !== 'referral-received');

  test.each(later)('%s is known to the fold', (type, version) => {
    const { at: state } = lives['in-treatment'];
    const actor = { userId: 'u', role: 'Manager', organisationId: 'o', forceId: 'force-1' } as const;
    const event = { type, version, occurredAt: receipt, data: {}, seq: state.seq + 1, commandId: 'c', actor };
    let said = '';
    try {
      diversion.evolve(state, event);
    } catch (error) {
      // It may miss its data, of which there is none here.
      said = String(error);
    }
    expect(said).not.toContain('Unknown event');
    expect(() => diversion.evolve(state, { ...event, type: `${type}-not` })).toThrow('Unknown event');
  });
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
