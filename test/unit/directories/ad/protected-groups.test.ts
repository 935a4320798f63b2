import { protectedGroupOf, protectedPersonOf } from '../../../../src/modules/directories/ad/protected-groups.js'

const DOMAIN = 'S-1-5-21-840740869-2268109563-1768857377'

describe('protected groups', () => {
  it.each([498, 512, 516, 517, 518, 519, 520, 521, 526, 527])('%i of any domain is one', (rid) => {
    expect(protectedGroupOf(`${DOMAIN}-${rid}`)).not.toBeNull()
    expect(protectedGroupOf(`S-1-5-21-1-2-3-${rid}`)).not.toBeNull()
  })
  it.each([544, 548, 549, 550, 551, 552])('the built-in %i is one', (rid) => {
    expect(protectedGroupOf(`S-1-5-32-${rid}`)).not.toBeNull()
  })
  it.each(['S-1-5-32-545', `${DOMAIN}-513`, `${DOMAIN}-544`, 'S-1-5-32-512', 'S-1-5-11', `${DOMAIN}-1512`, `${DOMAIN}`, ''])('%s is none', (sid) => {
    expect(protectedGroupOf(sid)).toBeNull()
  })
})

describe('protected people', () => {
  it('are the built-in Administrator and krbtgt of any domain', () => {
    expect(protectedPersonOf(`${DOMAIN}-500`)).not.toBeNull()
    expect(protectedPersonOf(`${DOMAIN}-502`)).not.toBeNull()
  })
  it.each([`${DOMAIN}-501`, `${DOMAIN}-1500`, 'S-1-5-32-500'])('are not %s', (sid) => {
    expect(protectedPersonOf(sid)).toBeNull()
  })
})
