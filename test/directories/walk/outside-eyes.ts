import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutsideClients, say } from '../ad/outside-clients.js'
import type { RunningDirectories } from '../harness/directories.js'

/** What clients that are not ours say about a password: kinit in the domain, ldapsearch in the tree. */
export class OutsideEyes {
  readonly #domain: OutsideClients

  constructor(private readonly running: RunningDirectories) {
    this.#domain = new OutsideClients(running.samba)
  }

  async inWindows(login: string, password: string): Promise<'takes it' | 'refuses it' | 'is locked' | 'asks for a new one'> {
    const { code, said } = await this.#domain.kinit(login, password)
    if (code === 0) return 'takes it'
    if (said.includes('revoked')) return 'is locked'
    if (said.includes('expired')) return 'asks for a new one'
    if (said.includes('Password incorrect')) return 'refuses it'
    throw new Error(`kinit: ${said}`)
  }

  async inTree(dn: string, password: string): Promise<'takes it' | 'refuses it' | 'is locked' | 'asks for a new one'> {
    const { slapd } = this.running
    const file = join(slapd.folder, `given-${randomUUID()}`)
    await writeFile(file, password, { mode: 0o600 })
    const { code, said } = await say('ldapsearch', ['-x', '-LLL', '-e', 'ppolicy', '-H', slapd.url, '-D', dn, '-y', file, '-b', dn, '-s', 'base', 'uid'], {
      env: { LDAPTLS_CACERT: slapd.caFile, LC_ALL: 'C' },
    }).finally(() => rm(file))
    if (code === 0) return 'takes it'
    if (/locked/i.test(said)) return 'is locked'
    if (/must be changed|restricted|expired/is.test(said)) return 'asks for a new one'
    if (code === 49) return 'refuses it'
    throw new Error(`ldapsearch: ${code} ${said}`)
  }
}
