import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyMigrations, migrationsDirectory } from '../../scripts/database/migrations.ts';
import { createScratchDatabase } from '../../scripts/database/scratch-database.ts';
import { openDatabase } from '../../store/database.ts';
import type { Database } from '../../store/database.ts';
import type { Intake } from '../../store/intake.ts';
import { append, readEvents, verifyChain } from '../../store/ledger.ts';
import { pathwayById } from '../../store/pathways.ts';
import { encryptPerson } from '../../store/person-columns.ts';
import { findPersons, personById } from '../../store/persons.ts';
import { newReference } from '../../store/reference.ts';
import { wholeForce } from '../../store/scope.ts';
import type { Attention } from '../../workflows/domain/common/attention.ts';
import {
  askedWhenLate as askedOfDuties,
  lateSince as dutyLateSince,
} from '../../workflows/domain/compulsory/overdue.ts';
import { compulsoryTable } from '../../workflows/domain/compulsory/table.ts';
import {
  askedWhenLate as askedOfReferrals,
  lateSince as referralLateSince,
} from '../../workflows/domain/diversion/overdue.ts';
import { diversionTable } from '../../workflows/domain/diversion/table.ts';
import { firstBuildPresets, loadAsFirstBuild } from '../support/first-build-presets.ts';
import {
  anAppend,
  anIntake,
  aSummary,
  force,
  openAPathway,
  openStore,
  testFields,
} from '../support/recorded-pathway.ts';
import type { StoreUnderTest } from '../support/recorded-pathway.ts';
import { suiteDatabasePrefix } from '../support/service-broker.ts';
import { testPostgresUrl } from '../support/services.ts';

// During a rollout the build before runs on the database of this one, and afterwards its rows are still there.

const scope = wholeForce(force);
const known = () => ({ nominalNumber: `N${randomUUID()}`, surname: 'Rees', birthDate: '1990-05-17' });

interface Answer {
  readonly created: boolean;
  readonly personId: string;
  readonly personCreated: boolean;
}

/**
 * What builds handed to the function before they looked who has the nominal number: a fresh id, to which the columns
 * are sealed; and, of the build after them, the id of the person whom it saw.
 */
async function intakeOfEarlierBuild(
  db: Database,
  { forceId, person, entry, build, ...rest }: Intake,
  personId = person.personId,
): Promise<Answer> {
  const { rows } = await db.pool.query<{ result: Answer }>(
    'select llwybr_open_pathway($1::jsonb, $2) as result',
    [
      JSON.stringify({
        ...{ ...rest, forceId, entry, reference: newReference(), outcome: null, drugTest: null },
        person: encryptPerson(db.fields, forceId, personId, person),
      }),
      build,
    ],
  );
  return rows[0]?.result ?? { created: false, personId: '', personCreated: false };
}

describe('a build that hands over a fresh id for everybody', () => {
  let store: StoreUnderTest;

  beforeAll(async () => {
    store = await openStore();
  });

  afterAll(async () => {
    await store.close();
  });

  test('finds the person who is known, and changes nothing of theirs but what keeps them from texts', async () => {
    const person = known();
    const first = await intakeOfEarlierBuild(store.db, anIntake({ person }));
    const other = { ...person, mobile: '07700 900456', safeToText: null } as const;
    const receivedAt = '2026-10-01T06:00:00.000Z';
    const intake = anIntake({ receivedAt, person: other });
    const second = await intakeOfEarlierBuild(store.db, intake);
    expect(second).toMatchObject({ created: true, personCreated: false, personId: first.personId });
    // Its sealed number would not open at this person's place.
    expect(await personById(store.db, scope, first.personId)).toMatchObject({
      mobile: '07700 900123',
      safeToText: 'yes',
    });
    expect(await findPersons(store.db, scope, { mobile: '07700 900456' })).not.toContainEqual(
      expect.objectContaining({ personId: first.personId }),
    );
    const [opening] = await readEvents(store.db, scope, intake.pathwayId);
    expect(opening?.data).toMatchObject({ personId: first.personId, pathwayId: intake.pathwayId });
    expect(await verifyChain(store.db, force, intake.pathwayId)).toEqual({ ok: true });

    await intakeOfEarlierBuild(store.db, anIntake({ person: { ...person, safeToText: 'no' } }));
    expect(await personById(store.db, scope, first.personId)).toMatchObject({ safeToText: 'no' });
  });

  test('makes no second person of two at once, and takes no first number that it sealed elsewhere', async () => {
    const person = { ...known(), mobile: null };
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => intakeOfEarlierBuild(store.db, anIntake({ person }))),
    );
    const ids = new Set(opened.map(({ personId }) => personId));
    expect(ids.size).toBe(1);
    const receivedAt = '2026-10-01T06:00:00.000Z';
    const numbered = { ...person, mobile: '07700 900456' };
    await intakeOfEarlierBuild(store.db, anIntake({ receivedAt, person: numbered }));
    const [personId = ''] = ids;
    expect(await personById(store.db, scope, personId)).toMatchObject({ mobile: null });
  });

  test('leaves the number to the build after it, which hands over the id of the person whom it saw', async () => {
    const person = known();
    const { personId } = await intakeOfEarlierBuild(store.db, anIntake({ person }));
    const receivedAt = '2026-10-01T06:00:00.000Z';
    const intake = anIntake({ receivedAt, person: { ...person, mobile: '07700 900456' } });
    await intakeOfEarlierBuild(store.db, intake, personId);
    expect(await personById(store.db, scope, personId)).toMatchObject({ mobile: '07700 900456' });
  });
});

/** A database that is brought up to date step by step, with a force in it. */
class DatabaseFromBefore {
  readonly db: Database;
  readonly #files: string;
  readonly #url: string;
  readonly #drop: () => Promise<void>;

  private constructor(files: string, url: string, drop: () => Promise<void>) {
    this.#files = files;
    this.#url = url;
    this.#drop = drop;
    this.db = openDatabase(url, { max: 4, fields: testFields });
  }

  static async open(): Promise<DatabaseFromBefore> {
    const files = mkdtempSync(join(tmpdir(), 'llwybr-build-before-'));
    const { url, drop } = await createScratchDatabase(await testPostgresUrl(), suiteDatabasePrefix);
    const opened = new DatabaseFromBefore(files, url, drop);
    await opened.migrateUntil('20260901090300_message_handover');
    await loadAsFirstBuild(opened.db, firstBuildPresets['dyfed-powys']);
    return opened;
  }

  async migrateUntil(last: string): Promise<void> {
    for (const name of readdirSync(migrationsDirectory)) {
      if (name <= last || name.endsWith('.toml')) {
        cpSync(join(migrationsDirectory, name), join(this.#files, name), { recursive: true });
      }
    }
    await applyMigrations(this.#url, this.#files);
  }

  async close(): Promise<void> {
    await this.db.close();
    await this.#drop();
    rmSync(this.#files, { recursive: true });
  }
}

describe('the rows of a database from before a number had its days', () => {
  const migration = '20261122110000_numbers_that_come_back';
  const kept = '20261122090000_known_people_and_kept_refusals';
  let before: DatabaseFromBefore;

  beforeAll(async () => {
    before = await DatabaseFromBefore.open();
  }, 60_000);

  afterAll(async () => {
    await before.close();
  });

  test('count a number from the first referral of the person, and who gave it last from the latest', async () => {
    const [first, latest, later] = [
      '2026-02-02T09:00:00.000Z',
      '2026-02-12T09:00:00.000Z',
      '2026-02-20T09:00:00.000Z',
    ];
    const { db } = before;
    const [same, replaced, numberless] = [known(), known(), { ...known(), mobile: null }];
    const ids: string[] = [];
    for (const person of [same, replaced, numberless]) {
      const { personId } = await intakeOfEarlierBuild(db, anIntake({ receivedAt: first, person }));
      // It gave no number: what was found of the number before then is still true.
      await intakeOfEarlierBuild(db, anIntake({ receivedAt: latest, person: { ...person, mobile: null } }));
      ids.push(personId);
    }
    const [sameId = '', replacedId = '', numberlessId = ''] = ids;

    await before.migrateUntil(kept);
    const other = { ...replaced, mobile: '07700 900456' };
    await intakeOfEarlierBuild(db, anIntake({ receivedAt: later, person: other }), replacedId);

    await before.migrateUntil(migration);
    const { rows } = await db.pool.query<{ id: string }>(
      `select id, llwybr_instant(mobile_given_at) as given, llwybr_instant(mobile_given_again_at) as again from person`,
    );
    expect(new Map(rows.map(({ id, ...days }) => [id, days]))).toEqual(
      new Map([
        [sameId, { given: first, again: latest }],
        [replacedId, { given: later, again: later }],
        [numberlessId, { given: null, again: null }],
      ]),
    );
    const former = await db.pool.query(
      'select person_id as id, llwybr_instant(given_at) as given, mobile_index as index from former_number',
    );
    expect(former.rows).toEqual([{ id: replacedId, given: first, index: null }]);
  });
});

describe('since when something is late, of which builds before this say nothing', () => {
  const since = '2026-09-03T10:00:00.000Z';
  const earlier = '2026-09-02T10:00:00.000Z';
  const asked = (code: string, at = since): Attention => ({ code, since: at, owner: 'ProviderManager' });
  const kinds = [
    ['diversion', Object.keys(diversionTable.attention), askedOfReferrals, referralLateSince],
    ['compulsory', Object.keys(compulsoryTable.attention), askedOfDuties, dutyLateSince],
  ] as const;

  test('is told of the rows that are there when the column comes', async () => {
    const before = await DatabaseFromBefore.open();
    try {
      const attentions = [
        [asked('closure-near', earlier), asked('no-first-contact')],
        [asked('police-not-told'), asked('nothing-booked', earlier)],
        [asked('closure-near')],
        [],
      ];
      const ids: string[] = [];
      for (const attention of attentions) {
        const intake = anIntake({ person: known(), entry: { summary: aSummary({ attention }) } });
        await intakeOfEarlierBuild(before.db, intake);
        ids.push(intake.pathwayId);
      }
      await before.migrateUntil('20261122225000_late_since');
      const { rows } = await before.db.pool.query<{ id: string; late: string | null }>(
        'select id, llwybr_instant(late_since) as late from pathway',
      );
      const late = new Map(rows.map((row) => [row.id, row.late]));
      expect(ids.map((id) => late.get(id))).toEqual([since, earlier, null, null]);
    } finally {
      await before.close();
    }
  }, 60_000);

  describe('while such a build is running', () => {
    let store: StoreUnderTest;

    beforeAll(async () => {
      store = await openStore();
    });

    afterAll(async () => {
      await store.close();
    });

    // A code that comes to be late, or is so no more, also changes the rows that are there: in a migration, with this.
    test.each(kinds)(
      'is told by what is asked for, as the rule has it: %s',
      async (_, codes, askedWhenLate, lateSince) => {
        const { rows } = await store.db.pool.query<{ code: string; late: string | null }>(
          `select code, llwybr_instant(llwybr_late_since(jsonb_build_array(jsonb_build_object('code', code, 'since', $2::text)))) as late
           from unnest($1::text[]) as code`,
          [codes, since],
        );
        expect(rows).toHaveLength(codes.length);
        expect(rows).toEqual(codes.map((code) => ({ code, late: lateSince([asked(code)]) })));
        expect(rows.filter(({ late }) => late !== null)).toHaveLength(askedWhenLate.length);
      },
    );

    test('is kept of each append, and what a build of today says goes before', async () => {
      const attention = [asked('no-first-contact'), asked('not-accepted', earlier), asked('closure-near')];
      const { pathwayId } = await openAPathway(store.db, { entry: { summary: aSummary({ attention }) } });
      const lateSince = async () => (await pathwayById(store.db, scope, pathwayId))?.lateSince;
      expect(await lateSince()).toBe(earlier);
      const summaries = [
        [aSummary({ attention, lateSince: since }), since],
        [aSummary({ attention, lateSince: null }), null],
        [aSummary({ attention: [asked('feedback-missing')] }), since],
        [aSummary({ attention: [asked('closure-near')] }), null],
      ] as const;
      for (const [index, [summary, expected]] of summaries.entries()) {
        await append(store.db, anAppend(pathwayId, index + 1, { summary }), 'test');
        expect(await lateSince()).toBe(expected);
      }
    });
  });
});
