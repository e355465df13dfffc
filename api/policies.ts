import type { z } from 'zod';
import type { Database } from '../store/database.ts';
import { organisationsAt } from '../store/organisations.ts';
import { policiesOf, policyVersion, saveVersion, underEarlierVersion } from '../store/policies.ts';
import type { KeptPolicy } from '../store/policies.ts';
import { programmesAt, programmesOf } from '../store/programmes.ts';
import { changeById, changesOf, ReferenceConflictError } from '../store/reference-changes.ts';
import type { Actor } from '../workflows/domain/common/actor.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import type { Json } from '../workflows/domain/common/json.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import { changedFields } from '../workflows/domain/common/rule.ts';
import type { DiversionPolicy } from '../workflows/domain/diversion/policy.ts';
import { rolesOfRoute } from './access-policy.ts';
import type { CommandParts } from './commands.ts';
import { jsonBody } from './json-body.ts';
import { Problem } from './problems.ts';
import { previewRebase, rebase } from './rebase.ts';
import {
  changedView,
  checkStart,
  faultsOf,
  overtaken,
  policiesAt,
  policyHead,
  rulesOf,
} from './reference-view.ts';
import type { AnyPolicy } from './reference-view.ts';
import { signer } from './refusals.ts';
import { acting, reading } from './route.ts';
import type { Act, Answer, Intent, Route } from './route.ts';
import { readAs } from './schemas/reading.ts';
import {
  compulsoryRules,
  diversionRules,
  newPolicyVersion,
  policyList,
  policySaved,
  rebaseAnswer,
  rebaseBody,
  rebaseParams,
  rebasePreview,
  rebaseQuery,
  referenceQuery,
} from './schemas/reference-data.ts';

type NewVersion = z.output<typeof newPolicyVersion>;

/** The rules of a force, version by version, and taking open referrals to a later one. */
export function policyRoutes(parts: CommandParts): Route[] {
  const { db } = parts;
  const path = '/api/v1/policies';
  const rebasePath = `${path}/{policyId}/versions/{version}/rebase`;
  return [
    reading({
      method: 'get',
      path,
      summary: 'The policies in force at a time, or every version of them',
      tag: 'reference data',
      query: referenceQuery,
      answers: { 200: { description: 'The policies', body: policyList } },
      handle: async ({ caller, query, receivedAt }) => {
        const at = query.at ?? receivedAt;
        const kept = await policiesOf(db, caller.forceId);
        const held = policiesAt(kept, at);
        const shown = (query.versions === 'all' ? kept : held).filter(
          ({ policy }) => query.programme === undefined || policy.programme === query.programme,
        );
        const changes = await changesOf(db, caller.forceId, 'policy');
        const items = [];
        for (const one of shown) {
          const { policy, recordedAt } = one;
          const { total } = await underEarlierVersion(db, policy, { limit: 0 });
          items.push({
            ...policyHead(policy),
            ...{ inForce: held.includes(one), recordedAt, openUnderEarlier: total },
            changed: changedView(changes, policy.policyId, policy.version),
            policy: { ...policy },
          });
        }
        return { status: 200, body: { at, atText: describeLocal(at), items } };
      },
    }),
    acting({
      method: 'post',
      path,
      summary: 'Writes the next version of a policy, or says what it would come to',
      tag: 'reference data',
      body: jsonBody(newPolicyVersion),
      answers: {
        200: { description: 'A dry run: nothing is kept', body: policySaved },
        201: { description: 'Kept; open pathways stay as they were', body: policySaved },
      },
      problems: ['not-found', 'conflict', 'condition-not-met', 'already-done'],
      prepare: ({ caller, body }): Promise<Act> => {
        const actor = signer(caller, rolesOfRoute(`POST ${path}`));
        return Promise.resolve((intent) => writeVersion(db, actor, body, intent));
      },
    }),
    reading({
      method: 'get',
      path: rebasePath,
      summary:
        'Which open pathways a re-base to this version would touch, and how each of their clocks would move',
      tag: 'reference data',
      params: rebaseParams,
      query: rebaseQuery,
      answers: { 200: { description: 'Nothing is done', body: rebasePreview } },
      problems: ['not-found', 'condition-not-met'],
      handle: async ({ caller, params, query, receivedAt }) => {
        const policy = await diversionVersion(db, caller.forceId, params.policyId, params.version);
        return { status: 200, body: await previewRebase(db, policy, receivedAt, query.after) };
      },
    }),
    acting({
      method: 'post',
      path: rebasePath,
      summary: 'Takes open pathways to this version: all that are under an earlier one, or those named',
      tag: 'reference data',
      params: rebaseParams,
      body: jsonBody(rebaseBody),
      answers: {
        200: { description: 'What was reached; go on while `next` is not null', body: rebaseAnswer },
      },
      problems: ['not-found', 'condition-not-met', 'outcome-unknown'],
      prepare: async ({ caller, params, body }): Promise<Act> => {
        const actor = signer(caller, rolesOfRoute(`POST ${rebasePath}`));
        const policy = await diversionVersion(db, caller.forceId, params.policyId, params.version);
        return async (intent) => ({
          status: 200,
          body: await rebase(parts, { ...body, policy, actor }, intent),
        });
      },
    }),
  ];
}

/** @throws Problem */
async function diversionVersion(
  db: Database,
  forceId: string,
  policyId: string,
  version: number,
): Promise<DiversionPolicy> {
  const policy = await policyVersion(db, forceId, policyId, version);
  if (policy === null) throw new Problem('not-found');
  if (policy.duty !== 'diversion') {
    throw new Problem('condition-not-met', {
      detail:
        'A duty in law runs by the rules under which it was imposed and its notices were served: it is not re-based.',
      details: { duty: policy.duty },
    });
  }
  return policy as DiversionPolicy;
}

/** What is refused is refused here, once for each key: a version that is kept changes what the next one may be. */
async function writeVersion(db: Database, actor: Actor, body: NewVersion, intent: Intent): Promise<Answer> {
  const { forceId } = actor;
  const { requestId, receivedAt, repeated } = intent;
  const written = repeated ? await changeById(db, forceId, requestId) : null;
  if (written !== null) {
    const [before, after] = [written.before, written.after] as unknown as [AnyPolicy, AnyPolicy];
    return { status: 201, body: await savedView(db, before, after, true, receivedAt) };
  }
  const kept = (await policiesOf(db, forceId)).filter(({ policy }) => policy.policyId === body.policyId);
  const latest = kept.at(-1)?.policy;
  if (latest === undefined) throw new Problem('not-found');
  const policy = await nextVersion(db, latest, body);
  checkStart(body.validFrom, receivedAt);
  if (body.forProgramme === undefined) checkPlanned(kept, body.validFrom);
  await checkRules(db, policy);
  if (body.dryRun) return { status: 200, body: await savedView(db, latest, policy, false, receivedAt) };
  const { policyId, version, validFrom } = policy;
  const { userId, role, organisationId } = actor;
  await saveVersion(db, policy, {
    ...{
      changeId: requestId,
      subject: 'policy',
      subjectId: policyId,
      version,
      validFrom,
      reason: body.reason,
    },
    author: { userId, role, organisationId },
    before: latest as unknown as Json,
    after: policy as unknown as Json,
  }).catch((error: unknown) => {
    if (error instanceof ReferenceConflictError) overtaken();
    throw error;
  });
  return { status: 201, body: await savedView(db, latest, policy, true, receivedAt) };
}

/** @throws Problem */
async function nextVersion(db: Database, latest: AnyPolicy, body: NewVersion): Promise<AnyPolicy> {
  const { basedOn, forProgramme, validFrom } = body;
  if (latest.version !== basedOn) {
    throw new Problem('conflict', {
      detail: `The latest version of this policy is ${String(latest.version)}. Look at it, and base yours on it.`,
      details: { latest: latest.version, basedOn },
    });
  }
  const rules =
    latest.duty === 'diversion' ? readAs(diversionRules, body.rules) : readAs(compulsoryRules, body.rules);
  // The rules were read as those of its duty.
  const changed = { ...latest, ...rules, version: latest.version + 1, validFrom } as AnyPolicy;
  if (forProgramme === undefined) {
    if (changedFields(latest, changed).every((field) => ['version', 'validFrom'].includes(field))) {
      throw new Problem('already-done', { detail: 'The latest version says all of this already.' });
    }
    return changed;
  }
  return { ...changed, ...(await firstOf(db, latest, forProgramme, validFrom)) };
}

/** @throws Problem where there is no such programme, or it has a policy */
async function firstOf(
  db: Database,
  { forceId, duty, demo }: AnyPolicy,
  programme: string,
  validFrom: Instant,
): Promise<Pick<AnyPolicy, 'policyId' | 'programme' | 'version'>> {
  const known = programmesAt(await programmesOf(db, forceId), validFrom).find(
    ({ code }) => code === programme,
  );
  if (known?.duty !== duty) {
    throw new Problem('not-found', {
      detail: 'The force has no such programme of this duty then.',
      details: { forProgramme: programme },
    });
  }
  const own = (await policiesOf(db, forceId)).find(({ policy }) => policy.programme === programme);
  if (own !== undefined) {
    throw new Problem('conflict', {
      detail: 'This programme has a policy: write the next version of that.',
      details: { policyId: own.policy.policyId },
    });
  }
  return { policyId: `${duty}:${programme}${demo ? ':demo' : ''}`, programme, version: 1 };
}

/** A version that begins before one already planned would be over when that begins, whoever wrote which. */
function checkPlanned(kept: readonly KeptPolicy[], validFrom: Instant): void {
  const later = kept.find(({ policy }) => policy.validFrom > validFrom)?.policy;
  if (later === undefined) return;
  throw new Problem('conflict', {
    detail: `Version ${String(later.version)} begins after this one, on ${describeLocal(later.validFrom)}, and would end it. Let yours begin then or later.`,
    details: { version: later.version, validFrom: later.validFrom },
  });
}

/** @throws Problem with every field that says what it may not */
async function checkRules(db: Database, policy: AnyPolicy): Promise<void> {
  const faults = faultsOf(policy).map(({ field, message }) => ({
    path: `/rules/${field.replaceAll('.', '/')}`,
    code: 'out-of-range',
    message,
  }));
  const [first] = faults;
  if (first !== undefined) {
    throw new Problem('invalid-request', {
      detail: `${first.path}: ${first.message}`,
      errors: faults.slice(0, 20),
    });
  }
  const levels = policy.duty === 'diversion' ? Object.keys(policy.serviceLevels ?? {}) : [];
  if (levels.length === 0) return;
  const providers = await organisationsAt(db, policy.forceId, policy.validFrom, 'provider');
  const unknown = levels.find((id) => !providers.some(({ organisationId }) => organisationId === id));
  if (unknown === undefined) return;
  throw new Problem('not-found', {
    detail: 'The force has no such provider then.',
    details: { providerId: unknown },
    errors: [{ path: `/rules/serviceLevels/${unknown}`, code: 'unknown-id', message: 'No such provider' }],
  });
}

async function savedView(
  db: Database,
  before: AnyPolicy,
  after: AnyPolicy,
  saved: boolean,
  now: Instant,
): Promise<z.output<typeof policySaved>> {
  const { policyId, version } = after;
  const [was, becomes] = [rulesOf(before), rulesOf(after)];
  const fields = [...new Set([...becomes, ...was].map(({ field }) => field))];
  const of = (rules: typeof was, field: string) => rules.find((rule) => rule.field === field);
  const rules = fields
    .map((field) => ({
      field,
      title: of(becomes, field)?.title ?? of(was, field)?.title ?? field,
      was: of(was, field)?.value ?? null,
      becomes: of(becomes, field)?.value ?? null,
    }))
    .filter((rule) => rule.was !== rule.becomes);
  const nothing = { policyId, version, open: 0, pathways: [], next: null };
  return {
    ...policyHead(after),
    ...{ saved, changedFields: changedFields(before, after), rules },
    rebase: after.duty === 'diversion' ? await previewRebase(db, after, now) : nothing,
  };
}
