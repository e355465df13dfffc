import type { FieldEncryption } from '../../platform/field-encryption.ts';
import { openDatabase } from '../../store/database.ts';
import { savePolicy } from '../../store/policies.ts';
import { loadPreset } from '../../store/presets.ts';
import { diversionProgramme } from '../../store/presets/dyfed-powys-2024.ts';
import { englandAndWalesBankHolidays } from '../../workflows/domain/common/bank-holidays.ts';
import type { Duration } from '../../workflows/domain/common/duration.ts';
import type { MessagePolicy } from '../../workflows/domain/common/policy.ts';
import { defaultCompulsoryPolicy, type CompulsoryPolicy } from '../../workflows/domain/compulsory/policy.ts';
import { defaultDiversionPolicy, type DiversionPolicy } from '../../workflows/domain/diversion/policy.ts';

/** What a house changes of the lengths of real life. */
export interface HousePolicies {
  readonly diversion: Partial<DiversionPolicy>;
  readonly compulsory: Partial<CompulsoryPolicy>;
}

/** The force that the demo users belong to. */
const forceId = 'dyfed-powys';

export function seconds(count: number): Duration {
  return { unit: 'seconds', count };
}

/** At any time of day, so that a run at night meets the same clocks as one by day. */
export function atAnyTime(before: Duration): MessagePolicy {
  return { reminder: { before, at: null }, sendFrom: '00:00', sendUntil: '23:59' };
}

/** The lengths of real life: nothing comes due while a cell runs. */
export const calm: HousePolicies = { diversion: {}, compulsory: {} };

/**
 * Clocks come due every few seconds of a life, and none of them closes it: which acts are refused stays
 * known beforehand.
 */
export const brisk: HousePolicies = {
  diversion: {
    messages: atAnyTime(seconds(1)),
    firstContact: seconds(1),
    acceptance: seconds(2),
    routing: seconds(2),
    transferAnswer: seconds(2),
    booking: seconds(2),
    contactEffort: { within: seconds(3), attempts: 3, days: 3, channels: 2 },
    feedback: { ask: seconds(1), escalate: seconds(2) },
    closureWarning: seconds(5),
  },
  compulsory: {
    messages: atAnyTime(seconds(1)),
    requirementDecision: seconds(62),
    feedback: { ask: seconds(1), escalate: seconds(2) },
    goodCauseReview: seconds(1),
    markers: {
      RED: { putOut: seconds(2), arrest: seconds(4) },
      AMBER: { putOut: seconds(3), arrest: null },
      GREEN: { putOut: seconds(6), arrest: null },
    },
    acknowledgement: { RED: seconds(1), AMBER: seconds(2), GREEN: seconds(3) },
  },
};

/**
 * A later version of a house's policy, under which no referral begins: a manager may take one to it. Its wait for the
 * provider's word is another one, and nothing of it ends a referral sooner.
 */
const later = {
  version: 2,
  validFrom: '2100-01-01T00:00:00.000Z',
  acceptance: { unit: 'days', count: 20 },
} as const;

/** Loads the force and, over its own policies, those of the house. */
export async function furnish(
  databaseUrl: string,
  fields: FieldEncryption,
  policies: HousePolicies,
): Promise<void> {
  const db = openDatabase(databaseUrl, { fields });
  try {
    await loadPreset(db, 'dyfed-powys-2024');
    const own = { version: 1, validFrom: '2020-01-01T00:00:00.000Z', demo: true };
    const diversion = {
      ...defaultDiversionPolicy(forceId, diversionProgramme, englandAndWalesBankHolidays),
      ...policies.diversion,
      ...own,
      policyId: 'diversion:faults',
    };
    await savePolicy(db, diversion);
    await savePolicy(db, { ...diversion, ...later });
    await savePolicy(db, {
      ...defaultCompulsoryPolicy(forceId),
      ...policies.compulsory,
      ...own,
      policyId: 'compulsory:faults',
    });
  } finally {
    await db.close();
  }
}
