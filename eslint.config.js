import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const rootDir = import.meta.dirname;

/**
 * The import zones. A zone's files may import the folders and files in `inside` (paths from the root), the packages
 * in `packages`, and Node's own modules where `node` is true; anything else is an error. Folders that are not listed
 * (scripts, bench, test) put the parts together and are free.
 */
const domain = 'workflows/domain';
const contract = 'workflows/contract';
const zones = [
  // A table, a clock rule or a guard must give the same answer in a replay years later, hence nothing from outside.
  { files: `${domain}/common`, inside: [`${domain}/common`], packages: [], node: false },
  // The voluntary and the compulsory path never import each other: that diversion can arrest nobody is visible here.
  {
    files: `${domain}/diversion`,
    inside: [`${domain}/common`, `${domain}/diversion`],
    packages: [],
    node: false,
  },
  {
    files: `${domain}/compulsory`,
    inside: [`${domain}/common`, `${domain}/compulsory`],
    packages: [],
    node: false,
  },
  {
    files: contract,
    inside: [domain, contract],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    node: false,
  },
  {
    files: 'workflows/engine',
    inside: [domain, contract, 'workflows/engine'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    node: false,
  },
  {
    files: 'workflows/*.ts',
    inside: ['workflows'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    node: false,
  },
  {
    files: 'messages',
    inside: [domain, 'messages'],
    packages: ['libphonenumber-js/max'],
    node: false,
  },
  {
    files: 'platform',
    inside: [domain, contract, 'platform'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/proto',
    ].concat(['jose', 'pino', 'prom-client', 'protobufjs', 'zod']),
    node: true,
  },
  {
    files: 'store',
    inside: [domain, contract, 'platform', 'store'],
    packages: [
      '@prisma/adapter-pg',
      '@prisma/client',
      '@temporalio/client',
      '@temporalio/common',
      'pg',
      'zod',
    ],
    node: true,
  },
  {
    files: 'activities',
    inside: [domain, contract, 'store', 'platform', 'messages', 'activities'],
    packages: ['@temporalio/activity', '@temporalio/client', '@temporalio/common'],
    node: true,
  },
  {
    files: 'workers',
    inside: [domain, contract, 'activities', 'store', 'platform', 'messages', 'workers'],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/worker', 'prom-client'],
    node: true,
  },
  {
    files: 'api',
    inside: [domain, contract, 'store', 'platform', 'messages', 'api'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'csv-parse',
      'csv-parse/sync',
      'express',
      'helmet',
      'jose',
    ].concat(['prom-client', 'zod']),
    node: true,
  },
  { files: 'stand-ins', inside: ['stand-ins', 'platform'], packages: ['express', 'jose', 'zod'], node: true },
];

/** Files that may use one package more than their zone. */
const doors = [
  { files: 'activities/gateways', packages: ['nodemailer', 'p-queue', 'twilio', 'zod'] },
  { files: 'api/webhooks.ts', packages: ['twilio'] },
  { files: 'stand-ins/twilio-webhook.ts', packages: ['twilio/lib/webhooks/webhooks.js'] },
  { files: 'stand-ins/smtp-inbox.ts', packages: ['smtp-server'] },
  { files: 'stand-ins/mail-record.ts', packages: ['postal-mime'] },
];

const globOf = (path) => (path.endsWith('.ts') ? path : `${path}/**/*.ts`);
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function packageRule(zone, packages) {
  const allowed = packages.map((name) => `${escaped(name)}$`).concat('\\.', zone.node ? ['node:'] : []);
  return [
    'error',
    {
      patterns: [
        {
          regex: `^(?!${allowed.join('|')})`,
          message: `${zone.files} may import ${packages.join(', ') || 'no package'}${zone.node ? ' and Node' : ''} only (the zones stand in eslint.config.js).`,
        },
      ],
    },
  ];
}

const moduleState = [
  // Workflows of one worker share their module scope, so state up there leaks from one case into another.
  {
    selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
    message: 'No state at the top level of workflow code: workflows of one worker share it.',
  },
  {
    selector:
      ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet)$/][arguments.length=0]',
    message: 'No state at the top level of workflow code: workflows of one worker share it.',
  },
  {
    selector: 'Property[key.name="validator"] > :function[async=true]',
    message:
      'An Update validator must be synchronous: a rejected promise there leaves the workflow task stuck.',
  },
  {
    selector:
      'MemberExpression[property.name=/^(get|set)(Date|Day|FullYear|Hours|Milliseconds|Minutes|Month|Seconds|Year)$/]',
    message: 'Local time depends on the machine; use london-time or the UTC methods.',
  },
  {
    selector: 'MemberExpression[property.name=/^toLocale/]',
    message: 'Locale data belongs to Node, not to a replay.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Not the same in a replay.',
  },
];

const clock = [
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'The domain has no clock: take the instant as an argument.',
  },
  {
    selector: ':matches(NewExpression, CallExpression)[callee.name="Date"][arguments.length=0]',
    message: 'The domain has no clock: take the instant as an argument.',
  },
];

const exportAll = [{ selector: 'ExportAllDeclaration', message: 'Name what is exported.' }];

const notInWorkflows = [
  'process',
  'Buffer',
  'fetch',
  'structuredClone',
  'performance',
  'crypto',
  'Intl',
  'setImmediate',
]
  .concat(['setInterval', 'setTimeout'])
  .map((name) => ({ name, message: 'Absent in the workflow sandbox, or not the same in a replay.' }));

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    'dist/',
    'coverage/',
    '.llwybr/',
    '.llwybr-test/',
    'store/generated/',
    'test/replay/histories/',
  ]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    plugins: { 'import-x': importX },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: rootDir },
    },
    settings: {
      'import-x/extensions': ['.ts', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.mjs', '.json'] })],
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 500],
      'no-restricted-syntax': ['error', ...exportAll],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          basePath: rootDir,
          zones: zones.map((zone) => ({
            target: `./${zone.files}`,
            from: '.',
            except: ['./node_modules', ...zone.inside.map((path) => `./${path}`)],
            message: `${zone.files} may import ${zone.inside.join(', ')} only (the zones stand in eslint.config.js).`,
          })),
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowBoolean: true, allowNumber: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  zones.map((zone) => ({
    files: [globOf(zone.files)],
    rules: { '@typescript-eslint/no-restricted-imports': packageRule(zone, zone.packages) },
  })),
  doors.map((door) => {
    const zone = zones.find(({ files }) => door.files.startsWith(`${files}/`));
    return {
      files: [globOf(door.files)],
      rules: {
        '@typescript-eslint/no-restricted-imports': packageRule(zone, [...zone.packages, ...door.packages]),
      },
    };
  }),
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...notInWorkflows],
      'no-restricted-syntax': ['error', ...exportAll, ...moduleState],
    },
  },
  {
    files: [`${domain}/**/*.ts`],
    rules: { 'no-restricted-syntax': ['error', ...exportAll, ...moduleState, ...clock] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: {
        setInterval: 'readonly',
        clearInterval: 'readonly',
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        setInterval: 'readonly',
        clearInterval: 'readonly',
        require: 'readonly',
        exports: 'writable',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: [
      '*.config.js',
      '*.config.ts',
      'test/support/jest-global-*.ts',
      'test/support/longest-first.mjs',
      'test/support/nothing-left-open.mjs',
    ],
    rules: { 'import-x/no-default-export': 'off' },
  },
  // A test that indexes past the end fails by itself.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
