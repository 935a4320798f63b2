import { randomUUID } from 'node:crypto'
import { runningDirectories } from '../harness/directories.js'
import { OpenldapWorld, settingsOf } from '../openldap/openldap-world.js'
import { describeImport } from './directory-import.js'

const BADGE = Buffer.from([0xff, 0x00, 0x80, 0x41, 0x0a])
const nameIn = (dn: string): string => dn.split(/(?<!\\),/)[0]!

describeImport('OpenLDAP', async () => {
  const ldap = await OpenldapWorld.open(runningDirectories().slapd)
  const { admin, slapd } = ldap
  const base = `ou=i${randomUUID().slice(0, 8)},${slapd.peopleDn}`
  const elsewhere = `ou=e${randomUUID().slice(0, 8)},${slapd.peopleDn}`
  for (const dn of [base, elsewhere, `ou=inner,${base}`]) await admin.add(dn, { objectClass: 'organizationalUnit', ou: nameIn(dn).slice(3) })
  const move = async (dn: string, below: string): Promise<string> => {
    await admin.move(dn, `${nameIn(dn)},${below}`)
    return `${nameIn(dn)},${below}`
  }
  const { bindPassword, ...settings } = settingsOf(slapd, { peopleDn: base }) as { bindPassword: string }
  return {
    factory: ldap.factory as never,
    kind: 'openldap', settings, secrets: { bindPassword }, joining: 'employeeType',
    add: async (login, attributes = {}) => (await admin.addPerson(attributes, { login, below: base })).dn,
    set: (dn, attribute, values) => admin.set(dn, { [attribute]: values }),
    disable: (dn) => admin.set(dn, { pwdAccountLockedTime: '000001010000Z' }),
    async rename(dn, login) {
      await admin.move(dn, `uid=${login},${base}`)
      return `uid=${login},${base}`
    },
    moveInside: (dn) => move(dn, `ou=inner,${base}`),
    moveOut: (dn) => move(dn, elsewhere),
    moveBack: (dn) => move(dn, base),
    remove: (dn) => admin.remove(dn),
    close: () => ldap.close(),
  }
}, { attribute: 'jpegPhoto', value: BADGE })
