import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../workflows/domain/common/actor.ts';
import type { CarryFactData, Command, ShareContactData } from '../../workflows/domain/common/command.ts';
import { factCommandId } from '../../workflows/domain/common/command.ts';
import { systemActor } from '../../workflows/domain/common/actor.ts';
import type { DiversionCommandData } from '../../workflows/domain/diversion/commands.ts';
import type { FactRow, LedgerPathway } from '../../scripts/house/ledger-snapshot.ts';
import type { AskedAct } from '../../scripts/house/officer.ts';
import { SeededRandom } from '../../scripts/house/seeded-random.ts';
import { actor, testForce } from '../support/pathways.ts';
import { checkActs } from './checks/acts.ts';
import { checkClosures } from './checks/closures.ts';
import { checkContacts } from './checks/contacts.ts';
import { checkOwners } from './checks/owners.ts';
import { checkSealedTexts } from './checks/sealed-texts.ts';
import { checkStanding } from './checks/standing.ts';
import { checkStrands } from './checks/strands.ts';
import { errandRounds } from './errand-rounds.ts';
import { errandNames } from './lives/errands.ts';
import { metCommands, sumOf, unmet } from './met-commands.ts';
import { codes, ledger, opened, opening, pathwayId, referral, withEvent } from './sample-ledger.ts';

/* As checks.test.ts, for what holds of referrals on the voluntary path alone. */

const kaleidoscope = { providerId: 'kaleidoscope', programme: 'acr-diversion', routeId: 'route-2' };
let minutes = 0;

/** A command, a minute after the one before. */
function saying<N extends keyof DiversionCommandData>(
  name: N,
  data: DiversionCommandData[N],
  { role = 'ProviderWorker', organisationId = 'ddas' }: { role?: Role; organisationId?: string } = {},
): Command {
  const at = nextMinute();
  return {
    ...{ commandId: `${name}-${String(minutes)}`, name, data },
    ...{ occurredAt: at, receivedAt: at, actor: { ...actor(role), organisationId } },
  };
}

function carrying(data: CarryFactData): Command {
  const at = nextMinute();
  return {
    ...{ commandId: factCommandId(data.factId), name: 'carry-fact', data },
    ...{ occurredAt: at, receivedAt: at, actor: systemActor(testForce) },
  };
}

function sharing(data: ShareContactData): Command {
  const at = nextMinute();
  return {
    ...{ commandId: factCommandId(data.factId), name: 'share-contact', data },
    ...{ occurredAt: at, receivedAt: at, actor: systemActor(testForce) },
  };
}

function nextMinute(): string {
  minutes += 1;
  return new Date(Date.parse('2026-03-02T09:00:00.000Z') + minutes * 60_000).toISOString();
}

function withoutEvents(pathway: LedgerPathway, ...seqs: readonly number[]): LedgerPathway {
  return { ...pathway, events: pathway.events.filter(({ seq }) => !seqs.includes(seq)) };
}

describe('the check of closures, where somebody is not dead', () => {
  const dead = carrying({ factId: 'd1', fact: 'death' });
  const alive = carrying({ factId: 'd2', fact: 'death-corrected', correctsFactId: 'd1' });
  const corrected = referral(opening(), dead, alive);
  const voided = referral(opening(), saying('void-pathway', { reason: 'wrong-person' }, { role: 'Manager' }));

  test('passes a referral that goes on, and one that never was', () => {
    expect(checkClosures([corrected, voided])).toEqual([]);
  });

  test('sees a row that is closed, and a row that is open', () => {
    const { columns } = referral(opening(), dead);
    expect(codes(checkClosures([{ ...corrected, columns }]))).toEqual(['I9']);
    expect(codes(checkClosures([{ ...referral(opening(), dead), columns: corrected.columns }]))).toEqual([
      'I9',
    ]);
  });
});

describe('the check of owners', () => {
  const offer = saying('transfer-pathway', { to: kaleidoscope, reason: 'moved' });
  const transferId = offer.commandId;
  const taking = saying('accept-transfer', { transferId }, { organisationId: 'kaleidoscope' });
  const transferred = referral(opening(), offer, taking);
  const given = saying('decline-referral', { reason: 'out-of-area' });
  const routing = saying('reroute', { route: kaleidoscope, reason: 'declined' }, { role: 'Manager' });
  const rerouted = referral(opening(), given, routing);

  test('passes a referral that goes from one to the other', () => {
    expect(checkOwners([opened, transferred, rerouted])).toEqual([]);
  });

  test.each([
    ['a row of another provider', { ...transferred, columns: opened.columns }],
    ['an answer to no offer', withoutEvents(transferred, 2)],
    ['a second answer', { ...transferred, events: [...transferred.events, ...transferred.events.slice(-1)] }],
    [
      'a second offer',
      { ...transferred, events: [...transferred.events.slice(0, 2), ...transferred.events.slice(1)] },
    ],
    [
      'somebody who gives back what they do not have',
      withEvent(rerouted, 2, { data: { reason: 'out-of-area', route: kaleidoscope, cancelled: [] } }),
    ],
    ['a route from whom nobody gave it back', withoutEvents(rerouted, 2)],
  ])('sees %s', (_what, pathway) => {
    expect(codes(checkOwners([pathway]))).toEqual(['owner']);
  });
});

describe('the check of strands', () => {
  const already = { type: 'pharmacological', prescribed: true } as const;
  const linked = saying('start-treatment', { already });
  const modalityId = linked.commandId;
  const prescribing = saying('start-prescription', { modalityId });
  const ending = saying('end-modality', { modalityId, reason: 'completed' });
  const treated = referral(opening(), linked, prescribing, ending);
  const seqOf = (type: string): number => treated.events.find((event) => event.type === type)?.seq ?? 0;
  const again = (type: string): LedgerPathway => {
    const place = seqOf(type);
    const events = [...treated.events.slice(0, place), ...treated.events.slice(place - 1)];
    return { ...treated, events };
  };

  test('passes a strand from its start to its end', () => {
    expect(checkStrands([opened, treated])).toEqual([]);
  });

  test.each([
    ['a second start', again('treatment-started')],
    ['a second prescription', again('prescription-started')],
    ['a second end', again('modality-ended')],
    ['a prescription under no strand', withoutEvents(treated, seqOf('treatment-started'))],
  ])('sees %s', (_what, pathway) => {
    expect(codes(checkStrands([pathway]))).toEqual(['strands']);
  });
});

describe('the check of what stands of a person', () => {
  const fact = (kind: FactRow['kind'], factId: string, more: Partial<FactRow> = {}): FactRow => ({
    ...{ factId, kind, personId: 'person', taskId: null, requestId: factId, carried: true, data: {} },
    ...{ occurredAt: '2026-03-02T10:00:00.000Z', recordedAt: '2026-03-02T10:00:00.000Z' },
    ...more,
  });
  const custody = fact('custody', 'f1');
  const preferences = fact('contact-preferences', 'f2', { data: { preferences: { voicemail: 'no' } } });
  const consent = fact('consent-withdrawn', 'f3', { data: { purpose: 'sharing' } });
  const heard = referral(
    opening(),
    carrying({ factId: 'f1', fact: 'custody' }),
    carrying({ factId: 'f2', fact: 'contact-preferences', preferences: { voicemail: 'no' } }),
    carrying({ factId: 'f3', fact: 'consent-withdrawn', purpose: 'sharing' }),
  );
  const facts = [custody, preferences, consent];

  test('passes a referral that has heard of everything', () => {
    expect(checkStanding({ pathways: [heard], facts })).toEqual([]);
  });

  test('waits for what has not been carried, and leaves others alone', () => {
    const strangers = [
      { ...custody, personId: 'other' },
      { ...consent, carried: false },
    ];
    expect(checkStanding({ pathways: [opened], facts: strangers })).toEqual([]);
  });

  test.each(facts.map((row) => [row.kind, row] as const))(
    'sees a referral that has not heard of %s',
    (_kind, row) => {
      expect(codes(checkStanding({ pathways: [opened], facts: [row] }))).toEqual(['facts']);
    },
  );

  test('sees a referral that goes on after a death, and one that holds what is over', () => {
    expect(codes(checkStanding({ pathways: [heard], facts: [...facts, fact('death', 'f4')] }))).toEqual([
      'facts',
    ]);
    const released = fact('release', 'f5', { occurredAt: '2026-03-02T11:00:00.000Z' });
    expect(codes(checkStanding({ pathways: [heard], facts: [...facts, released] }))).toEqual(['facts']);
  });
});

describe('the check of contacts', () => {
  const trying = saying('record-contact-attempt', { channel: 'phone', result: 'no-answer', by: 'person' });
  const attemptId = trying.commandId;
  const undoing = saying('undo-contact-attempt', { attemptId });
  const tried = referral(opening(), trying);
  const undone = referral(opening(), trying, undoing);
  const share = { fromPathwayId: pathwayId, attemptId, channel: 'phone', result: 'no-answer' };
  const told = sharing({ factId: 's1', ...share });
  const taken = sharing({ factId: 's2', ...share, channel: '', result: 'undone' });
  const sister = (...commands: readonly Command[]): LedgerPathway => ({
    ...referral(opening(), ...commands),
    pathwayId: 'sister',
  });
  const twice = sister(told);

  test('passes a contact that counts once in each, and one that was undone', () => {
    expect(checkContacts([tried, twice])).toEqual([]);
    expect(checkContacts([undone, sister()])).toEqual([]);
    expect(checkContacts([undone, sister(told, taken)])).toEqual([]);
  });

  test.each([
    ['counts twice', [tried, { ...twice, events: [...twice.events, ...twice.events.slice(-1)] }]],
    ['the other has not heard of', [tried, sister()]],
    ['was undone and still counts', [undone, twice]],
  ])('sees a contact that %s', (_what, pathways) => {
    expect(codes(checkContacts(pathways))).toEqual(['contacts']);
  });
});

describe('the check of sealed texts', () => {
  const noting = saying('add-note', { noteId: 'note' });
  const noted = referral(opening(), { ...noting, commandId: 'note' });
  const act: AskedAct = {
    ...{ key: 'k', user: 'u', path: `/api/v1/pathways/${pathwayId}/commands/add-note`, sentAt: 0, heard: [] },
    body: { data: { text: 'Nodyn' } },
    final: { status: 200, body: { commandId: 'note' } },
  };
  const shown = (...notes: readonly { noteId: string; text: string }[]) =>
    new Map([[pathwayId, { notes, amendments: [] }]]);
  const note = { noteId: 'note', text: 'Nodyn' };

  test('passes a note that is read as it was sent', () => {
    expect(checkSealedTexts([noted], [act], shown(note))).toEqual([]);
  });

  test.each([
    ['is not read', shown()],
    ['is read twice', shown(note, note)],
    ['says something else', shown({ ...note, text: 'Arall' })],
    ['was never taken', shown(note, { noteId: 'other', text: 'Arall' })],
  ])('sees a note that %s', (_what, texts) => {
    expect(codes(checkSealedTexts([noted], [act], texts))).toEqual(['texts']);
  });

  test('sees a change log that is not that of the ledger', () => {
    const texts = new Map([[pathwayId, { notes: [note], amendments: [{ seq: 2 }] }]]);
    expect(codes(checkSealedTexts([noted], [act], texts))).toEqual(['texts']);
  });
});

describe('the check of acts, where the case may not be read any more', () => {
  const request = { key: 'k', commandId: 'opening', state: 'answered', status: 200 };
  const act = (type: string): AskedAct => ({
    ...{ key: 'k', user: 'u', path: '/x', body: {}, sentAt: 0, heard: [] },
    final: { status: 200, body: { seq: null, events: [{ seq: null, type }] } },
  });
  const there = ledger({ pathways: [opened], requests: [request] });

  test('passes who is told of their own words', () => {
    expect(checkActs([act('referral-received')], there)).toEqual([]);
  });

  test('sees who is told of others', () => {
    expect(codes(checkActs([act('pathway-closed')], there))).toEqual(['I1']);
  });
});

describe('the commands that a run meets', () => {
  const rounds = (repeats: number, quick: boolean) =>
    errandRounds({ random: new SeededRandom(5), repeats, quick });

  test.each([1, 3, 5, 20])('are all of the table over %d repeats of a whole run', (repeats) => {
    const roundOf = rounds(repeats, false);
    const met = new Set(Array.from({ length: repeats }, (_, index) => roundOf(index)).flat());
    expect([...met].toSorted()).toEqual(errandNames.toSorted());
  });

  test('are a few others with each repeat of a quick run', () => {
    const roundOf = rounds(3, true);
    const met = [0, 1, 2].flatMap((index) => roundOf(index));
    expect(met).toHaveLength(9);
    expect(new Set(met).size).toBe(9);
  });

  test('are counted where they were taken, on the voluntary path', () => {
    const act = (path: string, status: number, body: unknown = {}): AskedAct => ({
      ...{ key: path, user: 'u', path, body, sentAt: 0, heard: [], final: { status, body: {} } },
    });
    const command = (id: string, name: string): string => `/api/v1/pathways/${id}/commands/${name}`;
    const met = metCommands(
      [
        act('/api/v1/referrals', 201),
        act(command(pathwayId, 'add-note'), 200),
        act(command(pathwayId, 'add-note'), 409),
        // Nothing is booked, so it is refused, and was in the air all the same.
        act(command(pathwayId, 'send-page-link'), 409),
        act(command('00000000-0000-4000-8000-00000000000f', 'record-attendance'), 200),
        act('/api/v1/persons/00000000-0000-4000-8000-000000000002/facts', 201, { fact: 'custody' }),
        act(command(pathwayId, 'record-custody'), 201),
      ],
      [opened],
    );
    expect(met).toEqual({
      ...{ 'receive-referral': 1, 'add-note': 1, 'send-page-link': 1, 'record-custody': 2 },
      ...{ 'carry-fact': 0, 'share-contact': 0 },
    });
    expect(unmet(['add-note', 'send-page-link', 'void-pathway'], met)).toEqual(['void-pathway']);
    expect(sumOf(met, { 'add-note': 2, 'void-pathway': 1 })).toMatchObject({
      'add-note': 3,
      'void-pathway': 1,
    });
  });
});
