/**
 * Safety facts do not wait for the engine: the API stores them whether or not Temporal is up, every
 * send and every page of a task looks them up at the moment of acting, and they are carried to the
 * person's open pathways as commands. `task-withdrawn` is about one arrest task, the others about a person.
 * Carrying may turn their order round: a pathway goes by when each was true, and one that is older than what
 * it knows of the same matter changes nothing there.
 */
export const personFactKinds = [
  'death',
  'death-corrected',
  'stop-texts',
  'texts-allowed',
  'task-withdrawn',
  'custody',
  'release',
  'consent-given',
  'consent-withdrawn',
  'contact-preferences',
  'safety-flag',
  'safety-flag-lifted',
] as const;

export type PersonFactKind = (typeof personFactKinds)[number];
