/**
 * What people use, by code: the twenty lines that the Gwent DIP annual report 2014/15 prints, and what a possession
 * outcome may name beside them. Codes are added, never taken away: the ledger keeps them for ever.
 */
export const substanceRows = {
  heroin: { title: 'Heroin' },
  cocaine: { title: 'Cocaine' },
  amphetamine: { title: 'Amphetamines' },
  cannabis: { title: 'Cannabis' },
  unknown: { title: 'Unknown' },
  mephedrone: { title: 'Mephedrone' },
  alcohol: { title: 'Alcohol' },
  'subutex-illicit': { title: 'Subutex, illicit' },
  crack: { title: 'Crack' },
  'methadone-illicit': { title: 'Methadone, illicit' },
  'methadone-script': { title: 'Methadone, prescribed' },
  benzodiazepines: { title: 'Benzodiazepines' },
  'other-at-risk': { title: 'Other, at risk' },
  'dihydrocodeine-illicit': { title: 'Dihydrocodeine, illicit' },
  'synthetic-cannabinoids': { title: 'Synthetic cannabinoids' },
  'alcohol-unspecified': { title: 'Alcohol, unspecified' },
  solvents: { title: 'Solvents' },
  ketamine: { title: 'Ketamine' },
  methylamphetamine: { title: 'Methamphetamine' },
  'chemical-highs': { title: 'Chemical highs' },
  lsd: { title: 'LSD' },
  mdma: { title: 'MDMA (ecstasy)' },
  methadone: { title: 'Methadone, not said which' },
  'nitrous-oxide': { title: 'Nitrous oxide' },
  psilocybin: { title: 'Psilocybin (mushrooms)' },
  other: { title: 'Other' },
} as const satisfies Record<string, { readonly title: string }>;

export type Substance = keyof typeof substanceRows;

export const substances = Object.keys(substanceRows) as readonly Substance[];

/** What may not be the main problem where the policy says so. */
export const alcohols: readonly Substance[] = ['alcohol', 'alcohol-unspecified'];
