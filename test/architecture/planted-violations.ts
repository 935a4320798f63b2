import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { importRules } from './cruise.js'

export type Planted = { rule: string; file: string; source: string }

/** Stand-ins for packages: the rules look at names, so one line each is enough. */
const PACKAGES = [
  'zod', 'typeorm', 'nodemailer', 'pg', 'express', 'react', 'lodash', '@nestjs/common', '@zxcvbn-ts/core', '@node-rs/argon2',
]

/** A small house that keeps every rule: what is allowed must not be caught. */
export const CLEAN: Record<string, string> = {
  'src/main.ts': `import './app.module.js'`,
  'src/app.module.ts': `import './modules/identity/index.js'\nimport './platform/queue/queue.js'
    import './integrations/smtp/client.js'\nimport './modules/directories/index.js'\nimport './modules/password-policy/index.js'`,
  'src/kernel/ids.ts': `import 'node:crypto'\nimport type { Code } from '../contract/codes.js'\nexport type Id = Code`,
  'src/contract/codes.ts': `import 'zod'\nexport type Code = string`,
  'src/platform/database/database.ts': `import 'typeorm'\nimport 'pg'\nexport const database = 1`,
  'src/platform/queue/queue.ts': `import 'pg'\nimport '../database/database.js'\nexport const queue = 1`,
  'src/integrations/smtp/client.ts': `import 'nodemailer'\nimport '../../kernel/ids.js'`,
  'src/modules/identity/index.ts': `export * from './domain/people.js'
    import './http/people.controller.js'\nimport './jobs/sweep.js'`,
  'src/modules/identity/domain/people.ts': `import '../persistence/people.store.js'\nimport '@nestjs/common'
    import '../../directories/index.js'\nexport type Person = 1`,
  'src/modules/identity/persistence/people.store.ts': `import 'typeorm'
    import type { Person } from '../domain/people.js'\nexport type P = Person`,
  'src/modules/identity/http/people.controller.ts': `import 'express'\nimport '../domain/people.js'`,
  'src/modules/identity/jobs/sweep.ts': `import '../domain/people.js'\nimport '../persistence/people.store.js'`,
  'src/modules/directories/index.ts': `export * from './local/hasher.js'`,
  'src/modules/directories/local/hasher.ts': `import '@node-rs/argon2'
    import type { Rules } from '../../password-policy/index.js'\nexport type R = Rules`,
  'src/modules/password-policy/index.ts': `import './adapters/strength.js'\nexport type Rules = 1`,
  'src/modules/password-policy/adapters/strength.ts': `import '@zxcvbn-ts/core'`,
  'migrations/20260101000000-create.ts': `import type { MigrationInterface } from 'typeorm'\nexport type M = MigrationInterface`,
  'test/fixture.ts': 'export const fixture = 1',
  'web/src/app/main.tsx': `import 'react'\nimport '../features/start/page.js'\nexport const app = 1`,
  'web/src/features/start/page.tsx': `import '../../lib/api.js'\nexport const page = 1`,
  'web/src/features/help/page.tsx': `import '../../lib/api.js'\nexport const page = 1`,
  'web/src/lib/api.ts': `import type { Code } from '@contract/codes.js'\nexport type C = Code`,
  'web/src/testing/render.ts': `import 'node:fs'\nexport const render = 1`,
}

/** Something the planted files need in order to exist, and nothing more. */
const PROPS: Record<string, string> = { 'src/modules/directories/local/http/inner.ts': 'export const inner = 1' }

const imports = (...targets: string[]): string => targets.map((target) => `import '${target}'`).join('\n')
const plant = (rule: string, file: string, ...targets: string[]): Planted => ({ rule, file, source: imports(...targets) })

export const PLANTED: Planted[] = [
  plant('no-cycle', 'src/kernel/hen.ts', './egg.js'),
  plant('no-cycle', 'src/kernel/egg.ts', './hen.js'),
  plant('resolvable', 'src/kernel/lost.ts', './nowhere.js'),
  plant('no-dead-file', 'src/modules/identity/domain/forgotten.ts'),
  plant('product-without-tests', 'src/platform/http/tested.ts', '../../../test/fixture.js'),
  plant('server-without-web', 'src/platform/http/pages.ts', '../../../web/src/lib/api.js'),
  plant('migrations-alone', 'migrations/20260102000000-lean.ts', '../src/kernel/ids.js'),
  plant('kernel-alone', 'src/kernel/nosy.ts', '../platform/queue/queue.js'),
  plant('contract-alone', 'src/contract/nosy.ts', '../kernel/ids.js'),
  plant('contract-in-browser', 'src/contract/server-only.ts', 'node:crypto'),
  plant('config-low', 'src/config/nosy.ts', '../platform/queue/queue.js'),
  plant('platform-knows-no-domain', 'src/platform/queue/nosy.ts', '../../modules/identity/index.js'),
  plant('platform-knows-no-domain', 'src/platform/queue/mailing.ts', '../../integrations/smtp/client.js'),
  plant('integrations-know-no-domain', 'src/integrations/smtp/nosy.ts', '../../modules/identity/index.js'),
  plant('integrations-know-no-domain', 'src/integrations/smtp/storing.ts', '../../platform/database/database.js'),
  plant('nobody-imports-the-top', 'src/modules/identity/domain/topping.ts', '../../../app.module.js'),
  plant('front-door', 'src/modules/passwords/domain/burglar.ts', '../../identity/domain/people.js'),
  plant('front-door', 'src/modules/passwords/domain/store-thief.ts', '../../identity/persistence/people.store.js'),
  plant('front-door-from-outside', 'src/demo/seed.ts', '../modules/identity/domain/people.js'),
  plant('domain-below-its-faces', 'src/modules/identity/domain/upward.ts', '../http/people.controller.js'),
  plant('domain-below-its-faces', 'src/modules/password-policy/domain/upward.ts', '../adapters/strength.js'),
  plant('domain-below-its-faces', 'src/modules/directories/local/domain/upward.ts', '../http/inner.js'),
  plant('persistence-at-the-bottom', 'src/modules/identity/persistence/upward.ts', '../domain/people.js'),
  plant('adapters-see-no-tables', 'src/modules/identity/adapters/peeping.ts', '../persistence/people.store.js'),
  plant('http-asks-the-domain', 'src/modules/identity/http/shortcut.ts', '../persistence/people.store.js'),
  plant('jobs-below-no-face', 'src/modules/identity/jobs/upward.ts', '../http/people.controller.js'),
  plant('web-only-contract', 'web/src/lib/nosy.ts', '../../../src/kernel/ids.js'),
  plant('web-without-tests', 'web/src/lib/tested.ts', '../testing/render.js'),
  plant('web-in-browser', 'web/src/lib/server-only.ts', 'node:fs'),
  plant('web-packages', 'web/src/lib/heavy.ts', 'lodash'),
  plant('web-features-apart', 'web/src/features/start/visitor.tsx', '../help/page.js'),
  plant('web-features-on-top', 'web/src/components/knowing.tsx', '../features/start/page.js'),
  plant('web-features-below-app', 'web/src/features/start/knowing.tsx', '../../app/main.js'),
  plant('packages-of-kernel', 'src/kernel/shopping.ts', 'zod'),
  plant('packages-of-contract', 'src/contract/shopping.ts', 'lodash'),
  plant('packages-of-config', 'src/config/shopping.ts', 'typeorm'),
  plant('packages-of-platform', 'src/platform/http/shopping.ts', 'typeorm'),
  plant('packages-of-platform', 'src/platform/queue/shopping.ts', 'nodemailer'),
  plant('packages-of-platform-database', 'src/platform/database/shopping.ts', 'lodash'),
  plant('packages-of-integrations', 'src/integrations/smtp/shopping.ts', 'typeorm'),
  plant('packages-of-modules', 'src/modules/identity/domain/shopping.ts', 'typeorm'),
  plant('packages-of-modules', 'src/modules/identity/domain/vendor.ts', 'nodemailer'),
  plant('packages-of-modules', 'src/modules/notifications/adapters/vendor.ts', 'nodemailer'),
  plant('packages-of-modules', 'src/modules/verification/adapters/vendor.ts', '@zxcvbn-ts/core'),
  plant('packages-of-modules', 'src/modules/identity/domain/driver.ts', 'pg'),
  plant('packages-of-modules-http', 'src/modules/identity/http/shopping.ts', 'typeorm'),
  plant('packages-of-persistence', 'src/modules/identity/persistence/shopping.ts', 'lodash'),
  plant('packages-of-checkers', 'src/modules/directories/local/shopping.ts', 'lodash'),
  plant('packages-of-migrations', 'migrations/20260103000000-shop.ts', 'lodash'),
  ...importRules.filter(({ name }) => name.startsWith('module-level-')).map(plantLevel),
]

/** "module-level-x" forbids `^src/modules/(a|b)/`: a file of x imports the front door of the last of them. */
function plantLevel({ name, to }: { name: string; to: { path?: string } }): Planted {
  const module = name.replace('module-level-', '')
  const target = /\((?:.*\|)?([^|)]+)\)/.exec(to.path ?? '')![1]!
  PROPS[`src/modules/${target}/index.ts`] ??= 'export {}'
  return plant(name, `src/modules/${module}/domain/climber.ts`, `../../${target}/index.js`)
}

/** Writes clean and planted files into a new folder outside the repository and answers its path. */
export async function writePlantedTree(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'latchkey-planted-')))
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), `${content}\n`)
  }
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, '*']))
  await write('package.json', JSON.stringify({ name: 'planted', type: 'module', dependencies }))
  for (const name of PACKAGES) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' }))
    await write(`node_modules/${name}/index.js`, 'export default 1')
  }
  for (const [file, content] of Object.entries({ ...PROPS, ...CLEAN })) await write(file, content)
  for (const { file, source } of PLANTED) await write(file, source || 'export {}')
  return root
}
