import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { TaskSecret } from '../../../src/modules/provisioning/domain/task-secret.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'

const ring = new KeyRing([{ id: 1, key: Buffer.alloc(32, 1) }])
const secret = new TaskSecret(ring)
const [task, account] = [randomUUID(), randomUUID()]
const sealed = (text: string, current: string | null = null): Buffer =>
  secret.seal(task, account, { newPassword: new SecretText(text), currentPassword: current === null ? null : new SecretText(current) })

it('gives back every password as it was typed, to the code point', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string({ unit: 'grapheme' })), (text, current) => {
    const opened = secret.open(sealed(text, current), task, account)!
    expect(opened.newPassword.reveal()).toBe(text)
    expect(opened.currentPassword?.reveal() ?? null).toBe(current)
  }))
})

it('never seals the same twice alike, and shows nothing of what is inside', () => {
  const [one, two] = [sealed('Kirja-7-Lamppu'), sealed('Kirja-7-Lamppu')]
  expect(one.equals(two)).toBe(false)
  expect(one.includes('Kirja')).toBe(false)
  expect(inspect(secret.open(one, task, account))).not.toContain('Kirja')
})

it('does not open when a single bit was changed, wherever it was', () => {
  const whole = sealed('Kirja-7-Lamppu')
  for (let at = 0; at < whole.length; at += 1) {
    const altered = Buffer.from(whole)
    altered[at]! ^= 1
    expect(secret.open(altered, task, account)).toBeNull()
  }
})

it('opens after a rotation of the master key, and not without the old one', () => {
  const whole = sealed('Kirja-7-Lamppu')
  const next = { id: 2, key: Buffer.alloc(32, 2) }
  const rotated = new TaskSecret(new KeyRing([{ id: 1, key: Buffer.alloc(32, 1) }, next]))
  expect(rotated.open(whole, task, account)?.newPassword.reveal()).toBe('Kirja-7-Lamppu')
  expect(new TaskSecret(new KeyRing([next])).open(whole, task, account)).toBeNull()
})
