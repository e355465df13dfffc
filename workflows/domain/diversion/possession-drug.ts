/**
 * The drugs that a possession outcome may name, by code: controlled drugs of Schedule 2 to the Misuse of
 * Drugs Act 1971 that the records systems write by name. Anything else that is written there is `other`,
 * since codes go into the ledger and free text does not.
 */
export const possessionDrugs = [
  'amphetamine',
  'benzodiazepines',
  'cannabis',
  'cocaine',
  'crack',
  'heroin',
  'ketamine',
  'lsd',
  'mdma',
  'mephedrone',
  'methadone',
  'methylamphetamine',
  'nitrous-oxide',
  'psilocybin',
  'synthetic-cannabinoids',
  'other',
] as const;

export type PossessionDrug = (typeof possessionDrugs)[number];

/** Names that differ from the code by more than case, spaces and hyphens. */
const otherNames: ReadonlyMap<string, PossessionDrug> = new Map([
  ['alprazolam', 'benzodiazepines'],
  ['amphetamine-sulphate', 'amphetamine'],
  ['cannabis-resin', 'cannabis'],
  ['crack-cocaine', 'crack'],
  ['diamorphine', 'heroin'],
  ['diazepam', 'benzodiazepines'],
  ['ecstasy', 'mdma'],
  ['methamphetamine', 'methylamphetamine'],
]);

/** Undefined when nothing is written: not known. */
export function possessionDrugOf(written: string): PossessionDrug | undefined {
  const name = written
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-');
  if (name === '') {
    return undefined;
  }
  return possessionDrugs.find((code) => code === name) ?? otherNames.get(name) ?? 'other';
}
