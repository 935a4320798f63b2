import { randomUUID } from 'node:crypto'
import { Person } from '../../browser/self-service/person.js'
import { codeIn } from '../../api/harness/walk.js'
import { SambaAdmin } from '../ad/samba-admin.js'
import { FaultProxy } from '../fault-proxy.js'
import { runningDirectories } from '../harness/directories.js'
import { settingsOf } from '../openldap/openldap-world.js'
import { SlapdAdmin, type Attributes } from '../slapd/slapd-admin.js'
import { OutsideEyes } from './outside-eyes.js'
import { Production } from './production.js'

export const WINDOWS = 'Windows and email'
export const TREE = 'Design archive'

/** Somebody with an account in each directory that was asked for, under one login. */
export type Employee = { readonly id: string; readonly login: string; readonly mail: string; readonly password: string; readonly dn: string; readonly windowsDn: string }
type Wish = { readonly in: readonly ('windows' | 'tree')[]; readonly tree?: Attributes; readonly mustChange?: boolean }

/** Of letters that no login has: a password may not hold a part of its owner's name. */
const fresh = (): string => `Gx7-${randomUUID().replaceAll(/[0-9a-f]/g, (digit) => 'gkmnpqrstvyzhjxu'[Number.parseInt(digit, 16)]!)}`

/** A company whose people have accounts in an Active Directory and an OpenLDAP; each is reached through a wire that can be cut. */
export class Company {
  readonly eyes: OutsideEyes
  readonly person: () => Person
  private constructor(
    readonly product: Production, readonly samba: SambaAdmin, readonly slapd: SlapdAdmin,
    readonly wires: Readonly<Record<'windows' | 'tree', FaultProxy>>, readonly ids: Readonly<Record<'windows' | 'tree', string>>, walker: Person,
  ) {
    this.eyes = new OutsideEyes(runningDirectories())
    this.person = () => walker
  }

  static async open(): Promise<Company> {
    const running = runningDirectories()
    const samba = new SambaAdmin()
    const [product, slapd, windowsWire, treeWire] = await Promise.all([
      Production.prepare(), SlapdAdmin.open(running.slapd), FaultProxy.start({ host: running.samba.ip, port: 636 }),
      FaultProxy.start({ host: '127.0.0.1', port: running.slapd.ports[1] }),
    ])
    const written = (given: Record<string, unknown>, wire: FaultProxy): { settings: Record<string, unknown>; bindPassword: string } => {
      const { bindPassword, ...settings } = given
      return { bindPassword: bindPassword as string, settings: { ...settings, servers: [`ldaps://127.0.0.1:${wire.port}`] } }
    }
    const [windows, tree] = await Promise.all([
      product.addDirectory({ kind: 'ad', name: WINDOWS, position: 1, ...written(samba.settings(), windowsWire) }),
      product.addDirectory({ kind: 'openldap', name: TREE, position: 2, ...written(settingsOf(running.slapd), treeWire) }),
    ])
    await product.serve()
    const walker = await Person.open({
      origin: product.origin, pid: 0, dataDir: '', database: product.db, output: () => '', stop: async () => null, kill: async () => undefined,
    }, { ignoreHTTPSErrors: true })
    return new Company(product, samba, slapd, { windows: windowsWire, tree: treeWire }, { windows, tree }, walker)
  }

  async employ(wish: Wish): Promise<Employee> {
    const login = `w${randomUUID().slice(0, 17)}`
    const password = fresh()
    const has = (where: 'windows' | 'tree'): boolean => wish.in.includes(where)
    const windows = has('windows') ? await this.samba.create({ login, password, ...(wish.mustChange ? { mustChange: true } : {}) }) : null
    const tree = has('tree') ? await this.slapd.addPerson(wish.tree ?? {}, { login, password }) : null
    const mail = `${login}@posti.example`
    const id = await this.product.register({
      accounts: [
        ...(windows ? [{ directoryId: this.ids.windows, nativeId: windows.ref.nativeId, login }] : []),
        ...(tree ? [{ directoryId: this.ids.tree, nativeId: tree.uuid, login }] : []),
      ],
      contacts: [{ kind: 'mail', value: mail, source: 'test' }],
    })
    return { id, login, mail, password, dn: tree?.dn ?? '', windowsDn: windows?.dn ?? '' }
  }

  /** At the browser, up to the page that follows the right code. */
  async prove({ login, mail }: Employee, path: '/' | '/unlock' = '/'): Promise<Person> {
    const person = this.person()
    await person.start(login, path)
    await person.askForCode()
    await person.answer(codeIn((await this.product.smtp.nextMail({ to: mail, withinMs: 15_000 })).text))
    return person
  }

  /** How often the directory itself took a password for them, since they were employed. */
  async written({ dn, windowsDn }: Employee): Promise<{ windows: number | null; tree: number | null }> {
    // slapd keeps one value of the history for each password that was replaced
    const tree = dn === '' ? null : (await this.slapd.read(dn, 'pwdHistory')).length
    return { windows: windowsDn === '' ? null : await this.#versionsInWindows(windowsDn), tree }
  }

  /** The domain counts its keys for them: one more with each password, creating was the first. */
  async #versionsInWindows(dn: string): Promise<number> {
    return Number((await this.samba.read(dn, 'msDS-KeyVersionNumber'))['msDS-KeyVersionNumber'])
  }

  async close(): Promise<void> {
    await this.person().close()
    await this.product.stop()
    await Promise.all([this.samba.close(), this.slapd.close(), ...Object.values(this.wires).map((wire) => wire.close())])
  }
}
