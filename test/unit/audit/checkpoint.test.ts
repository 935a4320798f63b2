import { createPublicKey, verify } from 'node:crypto'
import { isSigned, publicPem, signCheckpoint, signingKey, verifyingKey } from '../../../src/modules/audit/domain/checkpoint.js'
import { checkpointLine, parseCheckpointLine } from '../../../src/modules/audit/persistence/checkpoint-line.js'
import { KeyRing } from '../../../src/platform/crypto/keyring.js'
import { testKeyRing } from '../../builders/audit.js'

const INSTALLATION = '01936f3e-0000-7000-8000-000000000003'
const keyring = testKeyRing()
const checkpoint = signCheckpoint(
  { position: 1000n, hash: Buffer.alloc(32, 0xcd), at: '2026-11-21T08:00:00.123456Z', installation: INSTALLATION },
  signingKey(keyring),
)

it('a line is the same for good: old files must stay readable', () => {
  expect(checkpointLine(checkpoint)).toBe(
    '{"position":"1000","hash":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",' +
      '"at":"2026-11-21T08:00:00.123456Z","installation":"01936f3e-0000-7000-8000-000000000003",' +
      '"signature":"agH4shnalhS4Na7nqyV5QdQHspX5QVQP/RAUgRsCeflkfkuv6cGX4/1krPdAs2wP4nLRHYzpA2+QUrLJ2iO4DA=="}\n',
  )
})

it('what is signed can be checked with nothing but a text and openssl', () => {
  const signed = `latchkey.audit.checkpoint.1\n${INSTALLATION}\n1000\n${'cd'.repeat(32)}\n2026-11-21T08:00:00.123456Z`
  expect(verify(null, Buffer.from(signed), createPublicKey(publicPem(verifyingKey(keyring))), checkpoint.signature)).toBe(true)
})

it('a line is read back as it was', () => {
  expect(parseCheckpointLine(checkpointLine(checkpoint).trimEnd())).toEqual(checkpoint)
  expect(isSigned(checkpoint, verifyingKey(keyring))).toBe(true)
})

it('another master key signs differently, a rotated ring the same', () => {
  const rotated = new KeyRing([{ id: 1, key: Buffer.alloc(32, 7) }, { id: 2, key: Buffer.alloc(32, 8) }])
  expect(publicPem(verifyingKey(rotated))).toBe(publicPem(verifyingKey(keyring)))
  expect(isSigned(checkpoint, verifyingKey(testKeyRing(8)))).toBe(false)
})

const fields = JSON.parse(checkpointLine(checkpoint)) as Record<string, unknown>
it.each<[string, string]>([
  ['nothing', ''], ['no JSON', '{"position":'], ['null', 'null'], ['a list', '[]'], ['a number', '7'],
  ['a position of zero', JSON.stringify({ ...fields, position: '0' })],
  ['a position that is a number', JSON.stringify({ ...fields, position: 1000 })],
  ['a short hash', JSON.stringify({ ...fields, hash: 'cd' })],
  ['a time with a line break', JSON.stringify({ ...fields, at: '2026-11-21T08:00:00.123456Z\n' })],
  ['no signature', JSON.stringify({ ...fields, signature: undefined })],
  ['an installation that is no id', JSON.stringify({ ...fields, installation: 'x\n1000' })],
])('%s is no checkpoint', (_what, line) => {
  expect(parseCheckpointLine(line)).toBeNull()
})
