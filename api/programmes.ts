import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { organisationsAt } from '../store/organisations.ts';
import { policiesOf } from '../store/policies.ts';
import { openByProgramme, programmesAt, programmesOf, saveProgramme } from '../store/programmes.ts';
import type { OpenInProgramme, Programme } from '../store/programmes.ts';
import { changeById, changesOf, ReferenceConflictError } from '../store/reference-changes.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { inWords } from '../workflows/domain/common/rule.ts';
import { ownDefaults } from '../workflows/domain/diversion/policy.ts';
import { rolesOfRoute } from './access-policy.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { changedView, checkEnd, checkStart, ends, holdsAt, overtaken, policiesAt } from './reference-view.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Answer, Intent, Route } from './route.ts';
import {
  newProgrammeVersion,
  programmeList,
  programmeView,
  referenceQuery,
} from './schemas/reference-data.ts';

type NewVersion = z.output<typeof newProgrammeVersion>;
type View = z.output<typeof programmeView>;

/** What people are referred to, version by version. */
export function programmeRoutes({ db }: { readonly db: Database }): Route[] {
  const path = '/api/v1/programmes';
  return [
    reading({
      method: 'get',
      path,
      summary: 'The programmes at a time, with their lengths and end dates, or every version of them',
      tag: 'reference data',
      query: referenceQuery,
      answers: { 200: { description: 'The programmes', body: programmeList } },
      handle: async ({ caller, query, receivedAt }) => {
        const at = query.at ?? receivedAt;
        const open = caller.roles.includes('Manager') ? await openByProgramme(db, caller.forceId) : null;
        const items = (await programmeViews(db, caller.forceId, at, open)).filter(
          ({ code, inForce }) =>
            (query.versions === 'all' || inForce) &&
            (query.programme === undefined || code === query.programme),
        );
        return { status: 200, body: { at, atText: describeLocal(at), items } };
      },
    }),
    acting({
      method: 'post',
      path,
      summary: 'Writes a programme, or the next version of one: another name, provider or end',
      tag: 'reference data',
      body: jsonBody(newProgrammeVersion),
      answers: { 201: { description: 'Kept', body: programmeView } },
      problems: ['not-found', 'conflict', 'condition-not-met', 'before-the-start'],
      prepare: ({ caller, body }): Promise<Act> => {
        const allowed = rolesOfRoute(`POST ${path}`);
        const actor = signer(caller, allowed);
        return Promise.resolve((intent) => writeVersion(db, actor, body, intent));
      },
    }),
  ];
}

/** Every version of every programme as it stands at this time. `open`: of whom the caller may learn it. */
export async function programmeViews(
  db: Database,
  forceId: string,
  at: Instant,
  open: readonly OpenInProgramme[] | null,
): Promise<View[]> {
  const versions = await programmesOf(db, forceId);
  const held = programmesAt(versions, at);
  const changes = await changesOf(db, forceId, 'programme');
  const policies = policiesAt(await policiesOf(db, forceId), at).map(({ policy }) => policy);
  return versions.map((programme) => {
    const { code, version, duty, name, nameCy, providerId } = programme;
    const inForce = held.includes(programme);
    const policy = policies.find((one) => one.programme === code && one.duty === duty);
    return {
      ...{ code, version, duty, name, nameCy, providerId, inForce },
      ...ends(programme),
      takesPeople: inForce && holdsAt(programme, at),
      lengths:
        policy?.duty === 'diversion'
          ? {
              ...{ policyId: policy.policyId, version: policy.version, closure: inWords(policy.closure) },
              attempts: policy.contactEffort.attempts,
              alcoholFirst: policy.alcoholFirst ?? ownDefaults.alcoholFirst,
            }
          : null,
      open:
        open
          ?.filter((one) => one.programme === code)
          .map((one) => ({ providerId: one.providerId, open: one.open })) ?? null,
      changed: changedView(changes, code, version),
    };
  });
}

async function writeVersion(
  db: Database,
  actor: Actor,
  body: NewVersion,
  { requestId, receivedAt, repeated }: Intent,
): Promise<Answer> {
  const { forceId, userId, role, organisationId } = actor;
  const { code, basedOn, reason, name, nameCy, providerId, validFrom, validUntil } = body;
  const written = repeated ? await changeById(db, forceId, requestId) : null;
  if (written === null) {
    const versions = (await programmesOf(db, forceId)).filter((one) => one.code === code);
    const latest = versions.at(-1) ?? null;
    if (basedOn !== (latest?.version ?? null)) throw notLatest(latest, basedOn);
    checkStart(validFrom, receivedAt);
    checkEnd(validFrom, validUntil);
    checkPlanned(latest, validFrom);
    await checkProvider(db, forceId, providerId, validFrom);
    const next: Programme = {
      ...{ code, name, nameCy, providerId, validFrom, validUntil },
      version: (latest?.version ?? 0) + 1,
      duty: latest?.duty ?? 'diversion',
    };
    await saveProgramme(db, forceId, next, {
      ...{
        changeId: requestId,
        subject: 'programme',
        subjectId: code,
        version: next.version,
        validFrom,
        reason,
      },
      author: { userId, role, organisationId },
      before: latest as unknown as Json,
      after: next as unknown as Json,
    }).catch((error: unknown) => {
      if (error instanceof ReferenceConflictError) overtaken();
      throw error;
    });
  }
  const version = written?.version ?? (basedOn ?? 0) + 1;
  const views = await programmeViews(db, forceId, receivedAt, await openByProgramme(db, forceId));
  return { status: 201, body: views.find((one) => one.code === code && one.version === version) };
}

function notLatest(latest: Programme | null, basedOn: number | null): Problem {
  return new Problem(latest === null ? 'not-found' : 'conflict', {
    detail:
      latest === null
        ? 'The force has no such programme; a new one is based on null.'
        : `The latest version of this programme is ${String(latest.version)}. Look at it, and base yours on it.`,
    details: { latest: latest?.version ?? null, basedOn },
  });
}

function checkPlanned(latest: Programme | null, validFrom: Instant): void {
  if (latest === null || latest.validFrom <= validFrom) return;
  throw new Problem('conflict', {
    detail: `Version ${String(latest.version)} begins after this one, on ${describeLocal(latest.validFrom)}. Let yours begin then or later.`,
    details: { version: latest.version, validFrom: latest.validFrom },
  });
}

/** @throws Problem `not-found` */
export async function checkProvider(
  db: Database,
  forceId: string,
  providerId: string | null,
  at: Instant,
): Promise<void> {
  if (providerId === null) return;
  const providers = await organisationsAt(db, forceId, at, 'provider');
  if (providers.some(({ organisationId }) => organisationId === providerId)) return;
  throw new Problem('not-found', {
    detail: 'The force has no such provider then.',
    details: { providerId, providerIds: providers.map(({ organisationId }) => organisationId) },
    errors: [{ path: '/providerId', code: 'unknown-id', message: 'No such provider at that time' }],
  });
}
