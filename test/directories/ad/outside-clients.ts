import { execFile, type ExecFileException } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SambaFacts } from '../samba/samba.mjs'

export type Said = { readonly code: number; readonly said: string }

/** Runs a program with these lines on its standard input; never throws for what it answers. */
export function say(command: string, args: readonly string[], { input = '', env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Said> {
  return new Promise((answer, fail) => {
    const child = execFile(command, args, { env: { ...process.env, ...env }, timeout: 25_000 }, (error: ExecFileException | null, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return fail(error)
      answer({ code: error ? Number(error.code) : 0, said: `${stdout}${stderr}` })
    })
    child.stdin?.end(input)
  })
}

/** Clients that are not ours, asking the domain of this run. */
export class OutsideClients {
  constructor(private readonly facts: SambaFacts) {}

  get #env(): NodeJS.ProcessEnv {
    return { KRB5_CONFIG: this.facts.krb5Config, LDAPTLS_CACERT: this.facts.caFile, LC_ALL: 'C' }
  }

  /** A Kerberos ticket: the way into Windows. */
  async kinit(login: string, password: string): Promise<Said> {
    const folder = await mkdtemp(join(this.facts.stateDir, 'ticket-'))
    try {
      return await say('kinit', ['-c', `FILE:${join(folder, 'cache')}`, `${login}@${this.facts.realm}`], { input: `${password}\n`, env: this.#env })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  kpasswd(login: string, old: string, next: string): Promise<Said> {
    return say('kpasswd', [`${login}@${this.facts.realm}`], { input: `${old}\n${next}\n${next}\n`, env: this.#env })
  }
  /** A file share, by NTLM. */
  smbclient(login: string, password: string): Promise<Said> {
    const { domain, ip, smbConf } = this.facts
    return say('smbclient', ['-s', smbConf, `//${ip}/netlogon`, '-U', `${domain}\\${login}%${password}`, '-c', 'ls'], { env: this.#env })
  }
  ldapsearch(login: string, password: string): Promise<Said> {
    const { serverName, url, ip, realm } = this.facts
    // by address, because no name server here knows the name; the certificate bears both
    return say('ldapsearch', ['-LLL', '-H', url.replace(serverName, ip), '-D', `${login}@${realm.toLowerCase()}`, '-w', password, '-b', '', '-s', 'base', '1.1'], { env: this.#env })
  }
  /** One of the commands that the self-test prints, as an administrator would run it on the controller. */
  async sambaTool(command: string): Promise<void> {
    const words = [...command.matchAll(/"([^"]*)"|[^\s"]+(?:"[^"]*")?/g)].map(([word]) => word.replaceAll('"', ''))
    const [program, ...args] = words
    const { code, said } = await say(program!, [...args, '-H', join(this.facts.stateDir, 'private', 'sam.ldb'), '-s', this.facts.smbConf])
    if (code !== 0) throw new Error(`${command}: ${said}`)
  }
}
