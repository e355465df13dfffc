import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { programmesAt, programmesOf } from '../store/programmes.ts';
import { changeById, changesOf, ReferenceConflictError } from '../store/reference-changes.ts';
import type { ReferenceChange } from '../store/reference-changes.ts';
import { changeRoutes, routesOf } from '../store/routes.ts';
import type { RouteChange, StoredRoute } from '../store/routes.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import { describeLocal, localParts } from '../workflows/domain/common/london-time.ts';
import { isPostcodeArea } from '../workflows/domain/diversion/postcode-areas.ts';
import { rolesOfRoute } from './access-policy.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { checkProvider } from './programmes.ts';
import { changedView, checkEnd, checkStart, holdsAt, overtaken, routeRow } from './reference-view.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Answer, Intent, Route } from './route.ts';
import { newRoute, referenceQuery, routeChanged, routeList } from './schemas/reference-data.ts';

type NewRoute = z.output<typeof newRoute>;

/** Who takes whom, by residence and date. A row is never changed but for its end. */
export function routeTableRoutes({ db }: { readonly db: Database }): Route[] {
  const path = '/api/v1/routes';
  return [
    reading({
      method: 'get',
      path,
      summary: 'The route table in force at a time, or all that it ever said',
      tag: 'reference data',
      query: referenceQuery,
      answers: { 200: { description: 'The rows, and what people changed', body: routeList } },
      handle: async ({ caller, query, receivedAt }) => {
        const at = query.at ?? receivedAt;
        const items = (await routesOf(db, caller.forceId))
          .map((route) => routeRow(route, at))
          .filter(
            ({ inForce, programme }) =>
              (query.versions === 'all' || inForce) &&
              (query.programme === undefined || programme === query.programme),
          );
        const changes = await changesOf(db, caller.forceId, 'route');
        return {
          status: 200,
          body: {
            at,
            atText: describeLocal(at),
            items,
            changes: changes.map((one) => changeView(changes, one)),
          },
        };
      },
    }),
    acting({
      method: 'post',
      path,
      summary: 'Routes a postcode area or district to a provider from a time on, or ends the row in force',
      tag: 'reference data',
      body: jsonBody(newRoute),
      answers: {
        201: { description: 'Kept; who is referred already stays where they are', body: routeChanged },
      },
      problems: ['not-found', 'conflict', 'condition-not-met', 'before-the-start', 'already-done'],
      prepare: ({ caller, body }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${path}`);
        const actor = signer(caller, allowed);
        return Promise.resolve((intent) => writeRoute(db, actor, body, intent));
      },
    }),
  ];
}

function changeView(changes: readonly ReferenceChange[], change: ReferenceChange) {
  const { subjectId, version, validFrom } = change;
  const after = change.after as unknown as RouteChange;
  const [programme = '', postcodeArea = ''] = subjectId.split(':');
  return {
    ...{ programme, postcodeArea, version, validFrom },
    ended: after.ended?.routeId ?? null,
    added: after.added?.routeId ?? null,
    changed: changedView(changes, subjectId, version),
  };
}

async function writeRoute(
  db: Database,
  actor: Actor,
  body: NewRoute,
  { requestId, receivedAt, repeated }: Intent,
): Promise<Answer> {
  const { forceId, userId, role, organisationId } = actor;
  const written = repeated ? await changeById(db, forceId, requestId) : null;
  if (written !== null) return answerOf(db, forceId, written.after as unknown as RouteChange, receivedAt);

  const { programme, postcodeArea, providerId, validFrom, validUntil = null, reason } = body;
  checkStart(validFrom, receivedAt);
  checkEnd(validFrom, validUntil);
  checkArea(postcodeArea);
  await checkProgrammes(db, forceId, body);
  await checkProvider(db, forceId, providerId, validFrom);
  const table = await routesOf(db, forceId);
  const change = changeOf(table, body);
  const subjectId = `${programme}:${postcodeArea}`;
  const version =
    (await changesOf(db, forceId, 'route')).filter((one) => one.subjectId === subjectId).length + 1;
  const before = table.find(({ routeId }) => routeId === change.ended?.routeId) ?? null;
  await changeRoutes(db, forceId, change, {
    ...{ changeId: requestId, subject: 'route', subjectId, version, validFrom, reason },
    author: { userId, role, organisationId },
    before: before as unknown as Json,
    after: change as unknown as Json,
  }).catch((error: unknown) => {
    if (error instanceof ReferenceConflictError) overtaken();
    throw error;
  });
  return answerOf(db, forceId, change, receivedAt);
}

async function answerOf(
  db: Database,
  forceId: string,
  { added, ended }: RouteChange,
  at: Instant,
): Promise<Answer> {
  const table = await routesOf(db, forceId);
  const row = (routeId: string | undefined): z.output<typeof routeChanged>['added'] => {
    const found = table.find((route) => route.routeId === routeId);
    return found === undefined ? null : routeRow(found, at);
  };
  return { status: 201, body: { added: row(added?.routeId), ended: row(ended?.routeId) } };
}

function checkArea(postcodeArea: string): void {
  const letters = /^[A-Z]+/.exec(postcodeArea)?.[0];
  if (letters === undefined || isPostcodeArea(letters)) return;
  throw new Problem('not-found', {
    detail: 'No postcode of the United Kingdom begins like this.',
    errors: [{ path: '/postcodeArea', code: 'unknown-id', message: 'No such postcode area' }],
  });
}

/** @throws Problem where the force has no such programme of the voluntary path then, or it has ended */
async function checkProgrammes(
  db: Database,
  forceId: string,
  { programme, intoProgramme = programme, validFrom }: NewRoute,
): Promise<void> {
  const held = programmesAt(await programmesOf(db, forceId), validFrom);
  for (const [field, code] of Object.entries({ programme, intoProgramme })) {
    const found = held.find((one) => one.code === code && one.duty === 'diversion');
    if (found === undefined || !holdsAt(found, validFrom)) {
      throw new Problem('not-found', {
        detail: 'The force has no such programme then.',
        details: { [field]: code },
        errors: [{ path: `/${field}`, code: 'unknown-id', message: 'No such programme at that time' }],
      });
    }
  }
}

/**
 * The row in force at the start of the new one ends there, where it would go on without an end; what would lie beside
 * another row is refused.
 *
 * @throws Problem
 */
function changeOf(table: readonly StoredRoute[], body: NewRoute): RouteChange {
  const { programme, postcodeArea, providerId, validFrom, validUntil = null } = body;
  const rows = table.filter((row) => row.programme === programme && row.postcodeArea === postcodeArea);
  const present = rows.find((row) => holdsAt(row, validFrom)) ?? null;
  if (providerId === null) return { added: null, ended: endOf(present, validFrom) };
  const intoProgramme = intoOf(body);
  if (present?.providerId === providerId && present.intoProgramme === intoProgramme) {
    throw new Problem('already-done', {
      detail: 'This provider takes them already.',
      details: { routeId: present.routeId },
    });
  }
  const cut =
    present !== null && present.validUntil === null && present.validFrom < validFrom ? present : null;
  const beside = rows.find(
    (row) =>
      row !== cut &&
      (row.validUntil === null || row.validUntil > validFrom) &&
      (validUntil === null || row.validFrom < validUntil),
  );
  if (beside !== undefined) {
    const until = beside.validUntil === null ? 'without an end' : `until ${describeLocal(beside.validUntil)}`;
    throw new Problem('conflict', {
      detail: `It overlaps the row ${beside.routeId}, which holds from ${describeLocal(beside.validFrom)} ${until}. End that row first, or choose other dates.`,
      details: { routeId: beside.routeId, validFrom: beside.validFrom, validUntil: beside.validUntil },
    });
  }
  const added = {
    routeId: freeId(table, `${areaName(postcodeArea)}-${providerId}-${localParts(validFrom).date}`),
    ...{ programme, intoProgramme, postcodeArea, providerId, validFrom, validUntil },
  };
  return {
    added,
    ended: cut === null ? null : { routeId: cut.routeId, was: null, validUntil: validFrom },
  };
}

function intoOf({ programme, intoProgramme }: NewRoute): string | null {
  return intoProgramme === undefined || intoProgramme === programme ? null : intoProgramme;
}

/** @throws Problem where no row holds then, or it begins just then */
function endOf(present: StoredRoute | null, at: Instant): NonNullable<RouteChange['ended']> {
  if (present === null) {
    throw new Problem('not-found', {
      detail: 'No row of this area is in force then: there is nothing to end.',
    });
  }
  if (present.validFrom === at) {
    throw new Problem('conflict', {
      detail: 'The row begins at this very time: let it end later.',
      details: { routeId: present.routeId },
    });
  }
  return { routeId: present.routeId, was: present.validUntil, validUntil: at };
}

function areaName(postcodeArea: string): string {
  return postcodeArea === '*' ? 'others' : postcodeArea.toLowerCase();
}

function freeId(table: readonly StoredRoute[], wanted: string): string {
  const taken = new Set(table.map(({ routeId }) => routeId));
  let id = wanted;
  for (let count = 2; taken.has(id); count += 1) id = `${wanted}-${String(count)}`;
  return id;
}
