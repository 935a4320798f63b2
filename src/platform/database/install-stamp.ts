import type { Queryable } from './database.js'

export type InstallMode = 'demo' | 'production'

/** A demo has published passwords and made-up people; it never becomes the real thing, nor the other way round. */
export class WrongInstallMode extends Error {
  constructor(readonly stamped: InstallMode, readonly asked: InstallMode) {
    super(`this database was created as ${stamped} and refuses to be used as ${asked}`)
    this.name = 'WrongInstallMode'
  }
}

/** Written once, by the owner, when the schema is new. Any later start only compares. */
export async function stampInstall(on: Queryable, mode: InstallMode): Promise<void> {
  await on.execute('INSERT INTO install (mode) VALUES ($1) ON CONFLICT (only_row) DO NOTHING', [mode])
  await assertInstallMode(on, mode)
}

export async function assertInstallMode(on: Queryable, asked: InstallMode): Promise<void> {
  const [install] = await on.query<{ mode: InstallMode }>('SELECT mode FROM install')
  if (!install) throw new Error('the database has no install stamp: run the role migrate first')
  if (install.mode !== asked) throw new WrongInstallMode(install.mode, asked)
}
