import { randomUUID } from 'node:crypto'
import { disconnectBrowser } from '../../browser/harness/page.js'
import { Company, TREE, WINDOWS } from './company.js'

let company: Company
beforeAll(async () => {
  company = await Company.open()
}, 60_000)
afterEach(async () => {
  for (const wire of Object.values(company.wires)) wire.serve()
  expect(company.person().problems).toEqual([])
  await company.person().becomeSomebodyElse()
})
afterAll(async () => {
  await company?.close()
  await disconnectBrowser()
})

const CASES = [
  { off: 'windows', name: WINDOWS, other: TREE }, { off: 'tree', name: TREE, other: WINDOWS },
] as const

describe.each(CASES)('while $name is switched off', ({ off, name, other }) => {
  it('the page says which password is new and which is old, and its button sends the same once more, once it is back', async () => {
    const petri = await company.employ({ in: ['windows', 'tree'] })
    const next = `Sateenvarjo-${randomUUID()}`
    const person = await company.prove(petri)
    await person.at('Which passwords do you want to change?')
    await person.button('Continue').click()
    await person.at('Choose a new password')
    company.wires[off].refuse()
    await person.choose(next)
    await person.at('Changing your password')
    await person.page.getByText(/not answering|Trying again|could not be reached/i).first().waitFor()
    await company.product.stopTrying(petri.id, company.ids[off])
    await person.page.getByRole('heading', { level: 1, name: 'One password changed, one did not' }).waitFor({ timeout: 25_000 })
    const page = await person.reads()
    expect(page).toContain('You now have two different passwords. Note which is which.')
    expect(page).toMatch(new RegExp(`${name}.* Use the old password\\. The server could not be reached \\(\\d+ (try|tries)\\)\\. Nothing was changed there\\.`))
    expect(page).toMatch(new RegExp(`${other}.* Use the new password\\. Changed at`))
    expect(page).toMatch(/We keep what you typed, encrypted, until .+ so that you can try again without retyping/)
    // it is true: who knows the old one gets in there, and with the new one elsewhere
    const eyes = { windows: (password: string) => company.eyes.inWindows(petri.login, password), tree: (password: string) => company.eyes.inTree(petri.dn, password) }
    const on = off === 'windows' ? 'tree' : 'windows'
    expect([await eyes[off](petri.password), await eyes[on](next)]).toEqual(['takes it', 'takes it'])

    company.wires[off].serve()
    await person.button(`Try ${name} again`).click()
    await person.page.getByRole('heading', { level: 1, name: 'Your password is changed' }).waitFor({ timeout: 25_000 })
    expect([await eyes[off](next), await eyes[off](petri.password)]).toEqual(['takes it', 'refuses it'])
    expect(await company.written(petri)).toEqual({ windows: 2, tree: 1 })
  })
})
