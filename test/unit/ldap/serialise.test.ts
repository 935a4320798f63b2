import { Serialiser } from '../../../src/integrations/ldap/index.js'

const soon = () => new Date(Date.now() + 5_000)
const late = () => new Error('late')
const gate = () => {
  let open!: () => void
  const opened = new Promise<void>((resolve) => { open = resolve })
  return { open, opened }
}

describe('one at a time for each key', () => {
  it('runs them in the order of asking and never two at once', async () => {
    const serialiser = new Serialiser()
    const seen: string[] = []
    let inside = 0
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => serialiser.run('key', soon(), async () => {
      expect(++inside).toBe(1)
      await new Promise((wake) => setImmediate(wake))
      seen.push(name)
      inside -= 1
    }, late)))
    expect(seen).toEqual(['a', 'b', 'c', 'd'])
    expect(serialiser.size).toBe(0)
  })
  it('lets other keys pass', async () => {
    const serialiser = new Serialiser()
    const held = gate()
    const first = serialiser.run('one', soon(), () => held.opened, late)
    expect(await serialiser.run('two', soon(), async () => 'passed', late)).toBe('passed')
    held.open()
    await first
  })
  it('goes on after a failure', async () => {
    const serialiser = new Serialiser()
    await expect(serialiser.run('key', soon(), async () => { throw new Error('no') }, late)).rejects.toThrow('no')
    expect(await serialiser.run('key', soon(), async () => 'next', late)).toBe('next')
  })
  it('never runs what waited past its deadline, and lets those behind it have their turn in order', async () => {
    const serialiser = new Serialiser()
    const held = gate()
    const first = serialiser.run('key', soon(), () => held.opened, late)
    let ran = false
    const given = serialiser.run('key', new Date(), async () => { ran = true }, late)
    const last = serialiser.run('key', soon(), async () => ran, late)
    await expect(given).rejects.toThrow('late')
    held.open()
    expect(await last).toBe(false)
    await first
    expect(serialiser.size).toBe(0)
  })
})
