import type { z } from 'zod';
import type { KeptPolicy } from '../store/policies.ts';
import type { Programme } from '../store/programmes.ts';
import type { ReferenceChange } from '../store/reference-changes.ts';
import type { StoredRoute } from '../store/routes.ts';
import type { Instant } from '../workflows/domain/common/instant.ts';
import { epochMs, toInstant } from '../workflows/domain/common/instant.ts';
import { describeLocal } from '../workflows/domain/common/london-time.ts';
import type { PolicyFault, Rule } from '../workflows/domain/common/rule.ts';
import { faultsOfCompulsory, rulesOfCompulsory } from '../workflows/domain/compulsory/rules.ts';
import { faultsOfDiversion, rulesOfDiversion } from '../workflows/domain/diversion/rules.ts';
import { Problem } from './problems.ts';
import type { policyView, routeView } from './schemas/reference-data.ts';

/** Reference data as the API shows it, and what every change of it must keep to. */

export type AnyPolicy = KeptPolicy['policy'];

export function rulesOf(policy: AnyPolicy): Rule[] {
  return policy.duty === 'diversion' ? rulesOfDiversion(policy) : rulesOfCompulsory(policy);
}

export function faultsOf(policy: AnyPolicy): PolicyFault[] {
  return policy.duty === 'diversion' ? faultsOfDiversion(policy) : faultsOfCompulsory(policy);
}

/** Of each duty and programme the one for what is received at this instant, as store/policies.ts chooses it. */
export function policiesAt(kept: readonly KeptPolicy[], at: Instant): KeptPolicy[] {
  const found = new Map<string, KeptPolicy>();
  for (const one of kept.filter(({ policy }) => policy.validFrom <= at)) {
    const key = `${one.policy.duty} ${one.policy.programme}`;
    const best = found.get(key);
    if (best === undefined || isBefore(best, one)) found.set(key, one);
  }
  return [...found.values()];
}

function isBefore(a: KeptPolicy, b: KeptPolicy): boolean {
  if (a.policy.validFrom !== b.policy.validFrom) return a.policy.validFrom < b.policy.validFrom;
  return a.policy.version === b.policy.version
    ? a.recordedAt < b.recordedAt
    : a.policy.version < b.policy.version;
}

export function changedView(
  changes: readonly ReferenceChange[],
  subjectId: string,
  version: number,
): z.output<typeof policyView>['changed'] {
  const change = changes.find((one) => one.subjectId === subjectId && one.version === version);
  if (change === undefined) return null;
  const { author, reason, recordedAt } = change;
  return {
    ...{ by: author.userId, role: author.role, organisationId: author.organisationId, reason },
    ...{ at: recordedAt, atText: describeLocal(recordedAt) },
  };
}

export function policyHead({ policyId, version, duty, programme, validFrom, demo }: AnyPolicy) {
  return { policyId, version, duty, programme, validFrom, validFromText: describeLocal(validFrom), demo };
}

export function ends({ validFrom, validUntil }: Pick<Programme, 'validFrom' | 'validUntil'>) {
  return {
    ...{ validFrom, validFromText: describeLocal(validFrom), validUntil },
    validUntilText: validUntil === null ? null : describeLocal(validUntil),
  };
}

export function routeRow(route: StoredRoute, at: Instant): z.output<typeof routeView> {
  const { routeId, programme, intoProgramme, postcodeArea, providerId } = route;
  return {
    ...{ routeId, programme, intoProgramme, postcodeArea, providerId },
    ...ends(route),
    inForce: holdsAt(route, at),
  };
}

export function holdsAt(
  { validFrom, validUntil }: Pick<StoredRoute, 'validFrom' | 'validUntil'>,
  at: Instant,
): boolean {
  return validFrom <= at && (validUntil === null || validUntil > at);
}

const dayMs = 86_400_000;

/**
 * What was received keeps the rules of its day, so nothing begins further back than a slip of the pen.
 *
 * @throws Problem `condition-not-met`
 */
export function checkStart(validFrom: Instant, now: Instant): void {
  const earliest = toInstant(epochMs(now) - dayMs);
  if (validFrom >= earliest) return;
  throw new Problem('condition-not-met', {
    detail:
      'It begins more than a day ago: what was received since keeps the rules of its day. Let it begin now or later.',
    details: { validFrom, earliest },
  });
}

/** @throws Problem `condition-not-met` */
export function checkEnd(validFrom: Instant, validUntil: Instant | null): void {
  if (validUntil === null || validUntil > validFrom) return;
  const message = 'It ends before it begins.';
  throw new Problem('before-the-start', {
    detail: message,
    details: { validFrom, validUntil },
    errors: [{ path: '/validUntil', code: 'before-the-start', message }],
  });
}

/** @throws Problem `conflict`, of a change that somebody else made first */
export function overtaken(): never {
  throw new Problem('conflict', {
    detail: 'Somebody else changed this meanwhile. Nothing was saved; look at it again.',
  });
}
