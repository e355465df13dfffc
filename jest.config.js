import vm from 'node:vm';

if (typeof vm.SourceTextModule !== 'function') {
  throw new Error('The tests are ES modules, so Jest needs a Node flag: use `npm run jest -- <path>`.');
}

// Here, so that it holds however Jest is started; its processes inherit it.
process.env.LLWYBR_ENV = 'test';

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: './test/support/nothing-left-open.mjs',
  globalSetup: './test/support/jest-global-setup.ts',
  globalTeardown: './test/support/jest-global-teardown.ts',
  testSequencer: './test/support/longest-first.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.llwybr/', '<rootDir>/.llwybr-test/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  collectCoverageFrom: [
    '{activities,api,messages,platform,stand-ins,store,workers,workflows}/**/*.ts',
    '!store/generated/**',
  ],
  coverageProvider: 'v8',
  // For a hanging test, not for a slow machine: timing never decides a test.
  testTimeout: 120_000,
};
