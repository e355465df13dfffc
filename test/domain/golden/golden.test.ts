import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { eventVersions as compulsoryVersions } from '../../../workflows/domain/compulsory/events.ts';
import { eventVersions as diversionVersions } from '../../../workflows/domain/diversion/events.ts';
import { asRecorded } from '../../support/recorded-state.ts';
import { fold, kinds, lives, type GoldenLedger } from './lives.ts';

const directory = fileURLToPath(new URL('ledgers/', import.meta.url));

// `RECORD_GOLDEN=v2 npm run jest -- test/domain/golden`: today's lives as one more file, for a release or a new version of an
// event. A file that is there is never written again.
const recording = process.env['RECORD_GOLDEN'] ?? '';
if (recording !== '') {
  writeFileSync(`${directory}${recording}.json`, `${JSON.stringify(lives(), null, 1)}\n`, { flag: 'wx' });
}

const ledgers = readdirSync(directory).flatMap((file) =>
  (JSON.parse(readFileSync(`${directory}${file}`, 'utf8')) as GoldenLedger[]).map((ledger) => ({ file, ...ledger })),
);

describe.each(ledgers)('the $kind ledger of $file: $name', (ledger) => {
  test('still says all that it said when it was written', () => {
    const today: unknown = JSON.parse(JSON.stringify(fold(ledger)));
    expect(asRecorded(today, ledger.state)).toStrictEqual(ledger.state);
  });

  test('gives the same fold when it stops at any event and goes on', () => {
    const { kind, events } = ledger;
    for (let stop = 1; stop < events.length; stop += 1) {
      const resumed = events.slice(stop).reduce((state, event) => kinds[kind].evolve(state, event), carried(stop));
      expect(resumed).toEqual(fold(ledger));
    }
    // As a run that continues as a new one carries it: through JSON.
    function carried(stop: number) {
      return JSON.parse(JSON.stringify(fold({ kind, events: events.slice(0, stop) }))) as ReturnType<typeof fold>;
    }
  });
});

test.each([
  ['diversion', diversionVersions],
  ['compulsory', compulsoryVersions],
] as const)('every event of the %s path, in every version up to today, is in a golden file', (kind, versions) => {
  const found = new Set(
    ledgers.filter((ledger) => ledger.kind === kind).flatMap(({ events }) => events.map(({ type, version }) => `${type} ${version}`)),
  );
  const wanted = Object.entries(versions).flatMap(([type, today]) =>
    Array.from({ length: today }, (_, index) => `${type} ${index + 1}`),
  );
  expect(wanted.filter((one) => !found.has(one))).toEqual([]);
});

test.each([
  ['a value that differs', { stage: 'closed' }],
  ['a field that is gone', { stage: 'engaged', died: false }],
  ['what was null', { closure: null }],
  ['a list of another length', { appointments: [] }],
  ['an item that differs', { appointments: [{ appointmentId: 'a2' }] }],
  ['something where nothing was', { told: {} }],
])('a recorded state is not taken for that of today: %s', (_name, recorded) => {
  const today = {
    stage: 'engaged',
    closure: { at: '2026-03-02T10:00:00.000Z' },
    appointments: [{ appointmentId: 'a1', status: 'held' }],
    told: { death: '2026-03-02T10:00:00.000Z' },
  };
  expect(asRecorded(today, { stage: 'engaged', appointments: [{ appointmentId: 'a1' }] })).toStrictEqual({
    stage: 'engaged',
    appointments: [{ appointmentId: 'a1' }],
  });
  expect(asRecorded(today, recorded)).not.toEqual(recorded);
});
