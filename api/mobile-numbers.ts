import { isDramaNumber } from '../messages/phone-number.ts';
import type { NumberPlan } from '../messages/phone-number.ts';
import { Problem } from './problems.ts';
import type { FieldError } from './problems.ts';
import { pointer } from './schemas/reading.ts';

/**
 * The schemas read how a number is spelled; whether numbers that belong to nobody are taken depends on where the API
 * runs. Every `mobile` of a body is looked at, wherever it stands.
 * @throws Problem `invalid-phone`
 */
export function refuseDramaNumbers(body: unknown, { dramaNumbers }: NumberPlan): void {
  if (dramaNumbers) return;
  const errors = dramaNumbersIn(body, []).map((path): FieldError => {
    const message = 'mobile is a number that belongs to nobody (07700 900000 to 07700 900999)';
    return { path: pointer(path), code: 'invalid-phone', message };
  });
  const [first] = errors;
  if (first !== undefined) throw new Problem('invalid-phone', { detail: first.message, errors });
}

function dramaNumbersIn(value: unknown, path: readonly string[]): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    const here = [...path, name];
    if (name === 'mobile' && typeof inner === 'string') return isDramaNumber(inner) ? [here] : [];
    return dramaNumbersIn(inner, here);
  });
}
