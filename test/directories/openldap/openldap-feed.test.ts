import { describeAccountFeed } from '../../contracts/account-feed.contract.js'
import { runningDirectories } from '../harness/directories.js'
import { OpenldapWorld } from './openldap-world.js'

const VALUES = ['4711', 'B/42 "ä"']

describeAccountFeed('openldap', async () => {
  const world = await OpenldapWorld.open(runningDirectories().slapd)
  const guarded = await world.admin.addGroup([world.slapd.adminDn])
  const inner = await world.admin.addGroup([world.slapd.adminDn])
  await world.admin.addMember(guarded, inner)
  const connector = await world.connector({ protectedGroups: [guarded] })
  const outOf = (dn: string): string => dn.split(/(?<!\\),/)[0]!
  return {
    connector,
    joining: { attribute: 'employeeType', values: VALUES },
    rich: true,
    async create() {
      const { login, dn, uuid } = await world.admin.addPerson({ employeeType: VALUES })
      return { nativeId: uuid, login, dn }
    },
    disable: ({ dn }) => world.admin.set(dn, { pwdAccountLockedTime: '000001010000Z' }),
    async rename(person, login) {
      const dn = `uid=${login},${world.slapd.peopleDn}`
      await world.admin.move(person.dn, dn)
      return { ...person, login, dn }
    },
    remove: ({ dn }) => world.admin.remove(dn),
    protect: ({ dn }) => world.admin.addMember(inner, dn),
    setMail: ({ dn }, mail) => world.admin.set(dn, { mail }),
    moveOut: ({ dn }) => world.admin.move(dn, `${outOf(dn)},${world.slapd.othersDn}`),
    close: () => world.close(),
  }
})
