import { describeConnector, type ContractAccount } from '../../contracts/connector.contract.js'
import { runningDirectories } from '../harness/directories.js'
import { generalizedTime } from '../slapd/slapd-admin.js'
import { OpenldapWorld } from './openldap-world.js'

const YESTERDAY = generalizedTime(new Date(Date.now() - 86_400_000))

describeConnector('openldap', async () => {
  const world = await OpenldapWorld.open(runningDirectories().slapd)
  const guarded = await world.admin.addGroup([world.slapd.adminDn])
  const connector = await world.connector({ protectedGroups: [guarded] })
  const create = async ({ password, disabled, expired, mustChange, protected: isProtected }: ContractAccount, attributes = {}) => {
    const person = await world.person({
      ...(disabled ? { pwdAccountLockedTime: '000001010000Z' } : {}), ...(expired ? { pwdEndTime: YESTERDAY } : {}), ...(mustChange ? { pwdReset: 'TRUE' } : {}), ...attributes,
    }, password === undefined ? {} : { password })
    if (isProtected) await world.admin.addMember(guarded, person.dn)
    return person
  }
  return {
    connector,
    threshold: 4,
    markerCounts: false,
    createAccount: async (wish) => (await create(wish)).ref,
    async withMinimumAge(wish) {
      const young = generalizedTime(new Date(Date.now() - 60_000))
      return { connector, ref: (await create(wish, { pwdPolicySubentry: world.policy('minimum-age'), pwdChangedTime: young })).ref }
    },
    close: () => world.close(),
  }
})
