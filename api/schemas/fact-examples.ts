import type { PersonFactName } from '../fact-table.ts';
import { exampleIds as ids } from './example-times.ts';
import type { Example } from './example-times.ts';

/** One example of what is said of each fact, when it is told from a case; test/api/examples.test.ts sends every one. */
export const factExamples: Readonly<Record<PersonFactName, Example<unknown>>> = {
  death: () => ({}),
  'death-corrected': () => ({ correctsFactId: ids.fact }),
  'stop-texts': () => ({}),
  'texts-allowed': () => ({}),
  custody: () => ({}),
  release: () => ({}),
  'consent-given': () => ({ purpose: 'treatment' }),
  'consent-withdrawn': () => ({ purpose: 'sharing' }),
  'contact-preferences': () => ({ preferences: { text: 'yes', voicemail: 'no' } }),
  'safety-flag': () => ({}),
  'safety-flag-lifted': () => ({}),
};
