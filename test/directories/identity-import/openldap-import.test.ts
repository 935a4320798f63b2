import { runningDirectories } from '../harness/directories.js'
import { OpenldapWorld, settingsOf } from '../openldap/openldap-world.js'
import { describeImport, ownUnits } from './directory-import.js'

describeImport('OpenLDAP', async () => {
  const ldap = await OpenldapWorld.open(runningDirectories().slapd)
  const { admin, slapd } = ldap
  const { base, ...moves } = await ownUnits({
    rdn: 'ou', below: slapd.peopleDn,
    addUnit: (dn, ou) => admin.add(dn, { objectClass: 'organizationalUnit', ou }),
    move: (dn, to) => admin.move(dn, to),
  })
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
    ...moves,
    remove: (dn) => admin.remove(dn),
    close: () => ldap.close(),
  }
}, 'jpegPhoto')
