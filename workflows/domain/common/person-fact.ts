/**
 * Safety facts do not wait for the engine: the API stores them whether or not Temporal is up, every
 * send and every page of a task looks them up at the moment of acting, and they are carried to the
 * person's open pathways as commands. `task-withdrawn` is about one arrest task, the others about a person.
 */
export const personFactKinds = ['death', 'stop-texts', 'task-withdrawn'] as const;

export type PersonFactKind = (typeof personFactKinds)[number];
