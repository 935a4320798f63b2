import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

export type Certificate = { key: string; cert: string }
export type TestAuthority = {
  /** PEM of the authority itself: what a client that trusts it gets as `ca`. */
  ca: string
  /** A server certificate of this authority for these names (DNS names or IPv4 addresses). */
  issue(names: string[], options?: { expired?: boolean }): Certificate
}

/** A certificate authority made at run time, so that no private key lies in the repository and none ever expires. */
export function createTestAuthority(name = 'Latchkey test authority'): TestAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = certificate({ subject: name, issuer: name, publicKey: authority.publicKey, signer: authority.privateKey, isAuthority: true })
  return {
    ca: own,
    issue(names, { expired = false } = {}) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      return {
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certificate({
          subject: names[0]!, issuer: name, publicKey: pair.publicKey, signer: authority.privateKey, names, expired,
        }),
      }
    },
  }
}

type Request = {
  subject: string
  issuer: string
  publicKey: KeyObject
  signer: KeyObject
  names?: string[]
  isAuthority?: boolean
  expired?: boolean
}

/** X.509 v3 (RFC 5280 §4.1), as little of it as TLS libraries ask for. */
function certificate({ subject, issuer, publicKey, signer, names = [], isAuthority = false, expired = false }: Request): string {
  const day = 86_400_000
  const from = new Date(Date.now() - 30 * day)
  const until = new Date(Date.now() + (expired ? -day : 3_650 * day))
  const extensions = [
    isAuthority ? sequence(objectId('2.5.29.19'), boolean(true), octets(sequence(boolean(true)))) : undefined,
    names.length ? sequence(objectId('2.5.29.17'), octets(sequence(...names.map(alternativeName)))) : undefined,
  ].filter((extension) => extension !== undefined)
  const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x10]), randomBytes(15)])),
    ecdsaWithSha256,
    distinguishedName(issuer),
    sequence(utcTime(from), utcTime(until)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', body, signer)
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])))
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/(.{64})/g, '$1\n').trim()}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content])
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts))
const integer = (value: Buffer): Buffer => tagged(0x02, value)
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]))
const octets = (value: Buffer): Buffer => tagged(0x04, value)
const utcTime = (at: Date): Buffer => tagged(0x17, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const distinguishedName = (commonName: string): Buffer =>
  sequence(tagged(0x31, sequence(objectId('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))))

const alternativeName = (name: string): Buffer =>
  /^\d+(\.\d+){3}$/.test(name) ? tagged(0x87, Buffer.from(name.split('.').map(Number))) : tagged(0x82, Buffer.from(name))

function objectId(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]]
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const digits = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    bytes.push(...digits)
  }
  return tagged(0x06, Buffer.from(bytes))
}
