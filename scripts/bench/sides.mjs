import { Attribute, Change, Client, Control } from 'ldapts'

const CONNECTIONS = 8

/** ppolicy's request control: what we send as well. */
class PpolicyControl extends Control {
  constructor() {
    super('1.3.6.1.4.1.42.2.27.8.5.1')
  }
}

/** Connections bound as the service account, as many as write at once. */
class Pool {
  #idle = []
  #all = []
  static async open(url, tls, dn, password, count = CONNECTIONS) {
    const pool = new Pool()
    for (let n = 0; n < count; n += 1) {
      const client = new Client({ url, tlsOptions: { ca: tls.ca, servername: tls.serverName }, timeout: 60_000 })
      await client.bind(dn, password)
      pool.#all.push(client)
    }
    pool.#idle = [...pool.#all]
    return pool
  }
  async use(work) {
    const client = this.#idle.pop()
    try {
      return await work(client)
    } finally {
      this.#idle.push(client)
    }
  }
  close = () => Promise.all(this.#all.map((client) => client.unbind()))
}

const replace = (type, value) => new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) })

/** Round by round: those whose passwords are written past us, and those that we write. */
const dealt = (people, tasks) => (round) => {
  const from = (round - 1) * 2 * tasks
  return [people.slice(from, from + tasks), people.slice(from + tasks, from + 2 * tasks)]
}

/** A slapd that was filled when it was started. */
export async function slapdSide(slapd, { tasks, product }) {
  const pool = await Pool.open(slapd.url, slapd, slapd.bindDn, slapd.bindPassword)
  const people = await pool.use(async (client) => {
    const { searchEntries } = await client.search(slapd.peopleDn, { scope: 'one', filter: '(objectClass=inetOrgPerson)', attributes: ['uid', 'entryUUID'], paged: true })
    return searchEntries.map(({ dn, uid, entryUUID }) => ({ dn, login: String(uid), nativeId: String(entryUUID) }))
  })
  const directoryId = await product.configure({
    kind: 'openldap', name: 'slapd', secrets: { bindPassword: slapd.bindPassword },
    settings: {
      servers: [slapd.url], ca: slapd.ca, serverName: slapd.serverName, bindDn: slapd.bindDn, peopleDn: slapd.peopleDn,
      defaultPolicyDn: slapd.defaultPolicyDn, policiesDn: slapd.policiesDn, groupsDn: slapd.groupsDn,
    },
  })
  return {
    name: 'slapd', directoryId, people: dealt(people, tasks), close: pool.close,
    write: ({ dn }, password) => pool.use((client) => client.modify(dn, replace('userPassword', password), new PpolicyControl())),
  }
}

const quoted = (password) => Buffer.from(`"${password}"`, 'utf16le')

/** A domain that gets its people now, one add each. */
export async function sambaSide(facts, { tasks, rounds, product }) {
  const admin = await Pool.open(facts.url, facts, facts.adminDn, facts.adminPassword, 1)
  const people = []
  await admin.use(async (client) => {
    for (let n = 1; n <= tasks * 2 * rounds; n += 1) {
      const login = `b${String(n).padStart(5, '0')}`
      const dn = `CN=${login},${facts.peopleOu}`
      await client.add(dn, [['objectClass', 'user'], ['sAMAccountName', login], ['unicodePwd', quoted(facts.userPassword)], ['userAccountControl', '512']]
        .map(([type, value]) => new Attribute({ type, values: [value] })))
      people.push({ dn, login })
    }
    const { searchEntries } = await client.search(facts.peopleOu, { scope: 'one', filter: '(sAMAccountName=b*)', attributes: ['objectGUID'], explicitBufferAttributes: ['objectGUID'], paged: true })
    const guids = new Map(searchEntries.map(({ dn, objectGUID }) => [dn.toLowerCase(), guidText(objectGUID)]))
    for (const person of people) person.nativeId = guids.get(person.dn.toLowerCase())
  })
  await admin.close()
  const pool = await Pool.open(facts.url, facts, facts.serviceDn, facts.servicePassword)
  const directoryId = await product.configure({
    kind: 'ad', name: 'samba', secrets: { bindPassword: facts.servicePassword },
    settings: { servers: [facts.url], ca: facts.ca, serverName: facts.serverName, bindDn: facts.serviceDn, baseDn: facts.baseDn, organizationalUnits: [facts.peopleOu] },
  })
  return {
    name: 'samba', directoryId, people: dealt(people, tasks), close: pool.close,
    write: ({ dn }, password) => pool.use((client) => client.modify(dn, replace('unicodePwd', quoted(password)))),
  }
}

/** MS-DTYP 2.3.4: the first three fields are little-endian. */
function guidText(bytes) {
  const hex = [[3, 2, 1, 0], [5, 4], [7, 6], [8, 9], [10, 11, 12, 13, 14, 15]].map((order) => order.map((at) => bytes[at].toString(16).padStart(2, '0')).join(''))
  return hex.join('-')
}
