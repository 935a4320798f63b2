import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { LOG_LEVELS } from './settings.js'

/** Messages of our own throughout: a refusal names the variable and the rule, never the value, which may be a secret. */
const text = z.string()
const number = (least: number, most: number) => {
  const rule = `must be a whole number from ${least} to ${most}`
  return text.regex(/^\d{1,9}$/, rule).transform(Number).refine((value) => value >= least && value <= most, rule)
}
const path = text.refine((value) => !value.includes('\0'), 'must be a path')
const oneOf = <const Names extends readonly [string, ...string[]]>(...names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` })

/** postgres://role:password@host/database. Not by URL(): a host may be a socket path, which that refuses. */
const POSTGRES_URL = /^postgres(?:ql)?:\/\/([^:@/?#]+)(?::[^@]*)?@[^@]*\/[^/?#]+(?:\?.*)?$/
const postgresUrl = text.regex(POSTGRES_URL, 'must look like postgres://role:password@host/database')

const publicOrigin = text.refine(isOrigin, 'must be an origin such as https://password.example.com, without a path')
  .transform((value) => new URL(value).origin)

const smtpUrl = text.refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : null
  return url !== null && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== ''
}, 'must look like smtp://host:port or smtps://user:password@host:port')

/** `a@b` or `Name <a@b>`; no line break, which would start another header. */
const ADDRESS = '[^\\s<>@,;]+@[^\\s<>@,;]+'
const sender = text.regex(
  new RegExp(`^(?:[^<>\\r\\n]+ <${ADDRESS}>|${ADDRESS})$`), 'must be an address, or Name <address>')

const proxies = text.transform((value) => value.split(',').map((part) => part.trim()).filter(Boolean))
  .refine((list) => list.every(isAddressOrBlock), 'must be addresses or CIDR blocks, with commas between them')

/** Every variable the product reads. What is not here and starts with LATCHKEY_ is a mistake. */
export const VARIABLES = {
  PORT: number(0, 65_535),
  DATABASE_URL: postgresUrl,
  DATABASE_OWNER_URL: postgresUrl,
  TRUSTED_PROXIES: proxies,
  LATCHKEY_MODE: oneOf('demo', 'production'),
  LATCHKEY_HOST: text.regex(/^[a-zA-Z0-9.:_-]+$/, 'must be an address or a host name'),
  LATCHKEY_DATA_DIR: path,
  LATCHKEY_PUBLIC_ORIGIN: publicOrigin,
  LATCHKEY_MASTER_KEY_FILE: path,
  LATCHKEY_EPOCH_FILE: path,
  LATCHKEY_AUDIT_CHECKPOINT_FILE: path,
  LATCHKEY_SMTP_URL: smtpUrl,
  LATCHKEY_MAIL_FROM: sender,
  LATCHKEY_LOG_LEVEL: oneOf(...LOG_LEVELS),
  LATCHKEY_LOG_FILE: path,
  LATCHKEY_DATABASE_POOL: number(2, 200),
} as const

export type VariableName = keyof typeof VARIABLES
export type Variables = { readonly [Name in VariableName]?: z.output<(typeof VARIABLES)[Name]> }

export function roleOfUrl(url: string): string {
  return decodeURIComponent(POSTGRES_URL.exec(url)?.[1] ?? '')
}

/** Peers that cannot come from another machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return ['http:', 'https:'].includes(url.protocol) && value.replace(/\/$/, '').toLowerCase() === url.origin
}

function isAddressOrBlock(value: string): boolean {
  const [address = '', bits, ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  if (!/^\d{1,3}$/.test(bits)) return false
  try {
    new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}
