/**
 * One jest, one project per kind of test (see test/README.md). Everything runs as native ES modules, compiled file by
 * file by swc with the same decorator settings as the build; types are checked by `npm run check`, not here.
 */
const shared = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  // ".js" first: packages keep resolving as published; our own sources have no ".js" beside the ".ts".
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'tsx', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts', '$1.tsx'] },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', tsx: false, decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/.artifacts/'],
  restoreMocks: true,
}

const postgres = {
  globalSetup: '<rootDir>/test/medium/harness/start-cluster.mjs',
  globalTeardown: '<rootDir>/test/medium/harness/stop-cluster.mjs',
}

/** Set by scripts/test.mjs for a whole run: suites whose files share one load of the product (scripts/testing/together.mjs). */
const together = new Set((process.env.LATCHKEY_TEST_TOGETHER ?? '').split(' ').filter(Boolean))
const homeOf = (name) => (together.has(name) ? `<rootDir>/test/.together/${name}` : `<rootDir>/test/${name}`)

/** jest takes a test's time limit from the whole run only, so each project hands its own to jest-setup.ts. */
const project = (name, { limitMs = 20_000, ...options } = {}) => ({
  ...shared,
  displayName: name,
  roots: [homeOf(name)],
  testMatch: [`${homeOf(name)}/**/*.test.ts`],
  globals: { testLimitMs: limitMs },
  setupFilesAfterEnv: ['<rootDir>/test/medium/harness/jest-setup.ts'],
  ...options,
})

export default {
  maxWorkers: 2,
  testSequencer: '<rootDir>/scripts/testing/longest-first.mjs',
  watchman: false,
  // Module registries of native ES modules are freed late; a fresh worker is cheaper than a swollen one.
  workerIdleMemoryLimit: '1GB',
  projects: [
    project('unit'),
    project('medium', postgres),
    project('api', postgres),
    project('browser', {
      globalSetup: '<rootDir>/test/browser/harness/start-suite.mjs',
      globalTeardown: '<rootDir>/test/browser/harness/stop-suite.mjs',
      limitMs: 60_000,
    }),
    project('directories', {
      globalSetup: '<rootDir>/test/directories/harness/start-directories.mjs',
      globalTeardown: '<rootDir>/test/directories/harness/stop-directories.mjs',
      limitMs: 30_000,
    }),
    project('architecture', { limitMs: 60_000 }),
    project('migrations', postgres),
    project('kill', {
      globalSetup: '<rootDir>/test/kill/harness/start-suite.mjs',
      globalTeardown: '<rootDir>/test/medium/harness/stop-cluster.mjs',
      limitMs: 240_000,
    }),
  ],
}
