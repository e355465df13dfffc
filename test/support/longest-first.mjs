import TestSequencer from '@jest/test-sequencer';

/**
 * Suites that wait long for what they watch, by the seconds that they took in a whole run. Jest knows how long a suite takes only
 * where it ran before, and goes by the size of its file otherwise: the last to begin would be one of these, alone.
 */
const longest = new Map([
  ['api/fuzz', 109],
  ['scripts/start', 78],
  ['api/imports-in-bulk', 68],
  ['replay/replay', 56],
  ['api/stuck', 51],
  ['api/examples', 45],
  ['api/compulsory-path', 45],
  ['domain/diversion/model', 40],
  ['api/replies', 35],
  ['api/long-imports', 33],
  ['scripts/lint-zones', 33],
  ['engine/safety-facts', 31],
]);

/** The longest suites first, then all others in the order that Jest would run them. */
export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const seconds = ({ path }) => longest.get(/\/test\/(.*)\.test\.ts$/.exec(path)?.[1] ?? '') ?? 0;
    return super.sort(tests).toSorted((one, other) => seconds(other) - seconds(one));
  }
}
