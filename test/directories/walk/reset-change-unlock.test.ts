import { randomUUID } from 'node:crypto'
import { disconnectBrowser } from '../../browser/harness/page.js'
import { runningDirectories } from '../harness/directories.js'
import { generalizedTime } from '../slapd/slapd-admin.js'
import { Company, TREE, WINDOWS, type Employee } from './company.js'

const { slapd } = runningDirectories()
let company: Company
beforeAll(async () => {
  company = await Company.open()
}, 60_000)
afterEach(async () => {
  expect(company.person().problems).toEqual([])
  await company.person().becomeSomebodyElse()
})
afterAll(async () => {
  await company?.close()
  await disconnectBrowser()
})
const fresh = (): string => `Puolukka-${randomUUID().replaceAll(/[0-9a-f]/g, (digit) => 'gkmnpqrstvyzhjxu'[Number.parseInt(digit, 16)]!)}`

/** From the sign-in page to the outcome, with the password that they know. */
async function changes(employee: Employee, next: string): Promise<string> {
  const person = company.person()
  await person.at('Change your password')
  const page = await person.reads()
  await person.field('Current password').fill(employee.password)
  await person.typeTwice(next)
  await person.button('Change password').click()
  await person.at('Your password is changed')
  return page
}

describe('a forgotten password', () => {
  it('is replaced in both directories at once: the old one opens nothing any more, the new one everything', async () => {
    const aino = await company.employ({ in: ['windows', 'tree'] })
    expect(await company.eyes.inWindows(aino.login, aino.password)).toBe('takes it')
    const next = fresh()
    const person = await company.prove(aino)
    await person.at('Which passwords do you want to change?')
    await person.button('Continue').click()
    await person.at('Choose a new password')
    expect(await person.reads()).toContain(`For ${WINDOWS} and ${TREE}. These are the rules of both.`)
    await person.choose(next)
    await person.at('Your password is changed')
    expect(await person.reads()).toMatch(new RegExp(`${WINDOWS} ${aino.login} · changed at [\\d:]+ ${TREE} ${aino.login} · changed at`))
    expect(await company.eyes.inWindows(aino.login, next)).toBe('takes it')
    expect(await company.eyes.inTree(aino.dn, next)).toBe('takes it')
    expect(await company.eyes.inWindows(aino.login, aino.password)).toBe('refuses it')
    expect(await company.eyes.inTree(aino.dn, aino.password)).toBe('refuses it')
    expect(await company.written(aino)).toEqual({ windows: 2, tree: 1 })
  })

  it('is not replaced by one that the tree remembers: the page says so, and another one is taken without a new code', async () => {
    const eero = await company.employ({ in: ['tree'] })
    const person = await company.prove(eero)
    await person.choose(eero.password)
    await person.page.locator('.error-summary').waitFor()
    expect(await person.summary()).toContain(`${TREE} refused this password: it was used before`)
    const next = fresh()
    await person.choose(next)
    await person.at('Your password is changed')
    expect(await company.eyes.inTree(eero.dn, next)).toBe('takes it')
  })
})

describe('a password that is known', () => {
  it('is changed after signing in with it', async () => {
    const mikael = await company.employ({ in: ['windows'] })
    const next = fresh()
    await company.person().signIn(mikael.login, mikael.password)
    expect(await changes(mikael, next)).toContain(`For ${WINDOWS} (${mikael.login}). Give the password you use now`)
    expect(await company.eyes.inWindows(mikael.login, next)).toBe('takes it')
    expect(await company.eyes.inWindows(mikael.login, mikael.password)).toBe('refuses it')
  })

  it('that has expired in the tree, so that nothing else takes it, is changed here', async () => {
    const yesterday = generalizedTime(new Date(Date.now() - 86_400_000))
    const tiina = await company.employ({ in: ['tree'], tree: { pwdPolicySubentry: `cn=short-life,${slapd.policiesDn}`, pwdChangedTime: yesterday } })
    expect(await company.eyes.inTree(tiina.dn, tiina.password)).not.toBe('takes it')
    const next = fresh()
    await company.person().signIn(tiina.login, tiina.password)
    expect(await changes(tiina, next)).toMatch(/Your password expired on .+ Choose a new one to go on\./)
    expect(await company.eyes.inTree(tiina.dn, next)).toBe('takes it')
    expect(await company.eyes.inTree(tiina.dn, tiina.password)).not.toBe('takes it')
  })

  it('that must be changed in the domain is changed here', async () => {
    const oskar = await company.employ({ in: ['windows'], mustChange: true })
    expect(await company.eyes.inWindows(oskar.login, oskar.password)).toBe('asks for a new one')
    const next = fresh()
    await company.person().signIn(oskar.login, oskar.password)
    expect(await changes(oskar, next)).toContain('You need to choose your own password Choose a new one to go on.')
    expect(await company.eyes.inWindows(oskar.login, next)).toBe('takes it')
  })
})

describe('a locked account', () => {
  it('is unlocked in both directories, and the password stays what it was', async () => {
    const leena = await company.employ({ in: ['windows', 'tree'] })
    for (let n = 0; n < 4; n += 1) {
      await company.eyes.inWindows(leena.login, 'wrong')
      await company.eyes.inTree(leena.dn, 'wrong')
    }
    expect(await company.eyes.inWindows(leena.login, leena.password)).toBe('is locked')
    expect(await company.eyes.inTree(leena.dn, leena.password)).toBe('is locked')
    const person = await company.prove(leena, '/unlock')
    await person.at('Unlock your account')
    expect(await person.reads()).toMatch(new RegExp(`${WINDOWS} ${leena.login} · locked at .+ ${TREE} ${leena.login} · locked at`))
    await person.button(/^Unlock/).click()
    await person.at(/^Your accounts? (is|are) unlocked$/)
    expect(await company.eyes.inWindows(leena.login, leena.password)).toBe('takes it')
    expect(await company.eyes.inTree(leena.dn, leena.password)).toBe('takes it')
    expect(await company.written(leena)).toEqual({ windows: 1, tree: 0 })
  })
})
