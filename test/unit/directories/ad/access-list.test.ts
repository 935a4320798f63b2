import { accessListOf, CHANGE_PASSWORD, hasExtendedRight, mayWriteProperty, RESET_PASSWORD } from '../../../../src/modules/directories/ad/access-list.js'
import { DELEGATED_RIGHTS, grantCommand, readPoliciesCommand } from '../../../../src/modules/directories/ad/delegation.js'
import { guidBytes } from '../../../../src/modules/directories/ad/object-guid.js'

const SERVICE = 'S-1-5-21-1-2-3-1100'
const EVERYONE = 'S-1-1-0'
const ME = new Set([SERVICE, EVERYONE])
const USER = 'bf967aba-0de6-11d0-a285-00aa003049e2'
const CR = 0x100

function sid(text: string): Buffer {
  const [, , authority, ...parts] = text.split('-').map(Number)
  const stored = Buffer.alloc(8 + 4 * parts.length)
  stored[0] = 1
  stored[1] = parts.length
  stored[7] = authority!
  parts.forEach((part, index) => stored.writeUInt32LE(part, 8 + 4 * index))
  return stored
}
type Ace = { type?: number; flags?: number; mask?: number; object?: string; inherited?: string; who?: string }
function ace({ type = 5, flags = 0, mask = CR, object, inherited, who = SERVICE }: Ace): Buffer {
  const words = Buffer.alloc(type >= 5 ? 8 : 4)
  words.writeUInt32LE(mask, 0)
  if (type >= 5) words.writeUInt32LE((object ? 1 : 0) | (inherited ? 2 : 0), 4)
  const body = Buffer.concat([words, ...[object, inherited].flatMap((guid) => (guid ? [guidBytes(guid)] : [])), sid(who)])
  const header = Buffer.from([type, flags, 0, 0])
  header.writeUInt16LE(4 + body.length, 2)
  return Buffer.concat([header, body])
}
function descriptor(...entries: Buffer[]): Buffer {
  const head = Buffer.alloc(28)
  head[0] = 1
  head.writeUInt32LE(20, 16)
  head.writeUInt16LE(8 + Buffer.concat(entries).length, 22)
  head.writeUInt16LE(entries.length, 24)
  return Buffer.concat([head, ...entries])
}
const may = (right: string, ...entries: Ace[]): boolean => hasExtendedRight(accessListOf(descriptor(...entries.map(ace))), ME, right)

const PAGER = 'f0f8ff4e-1191-11d0-a060-00aa006c33ed'
const PERSONAL_INFORMATION = '77b5b886-944a-11d1-aebd-0000f80367c1'
const WP = 0x20

describe('whether people may write an attribute of theirs', () => {
  const may = (set: string | null, ...entries: Ace[]): boolean =>
    mayWriteProperty(accessListOf(descriptor(...entries.map(ace))), new Set(['S-1-5-10', EVERYONE]), PAGER, set)
  const self = 'S-1-5-10'
  it.each<[string, boolean, Ace[]]>([
    ['its property set is theirs', true, [{ mask: 0x30, object: PERSONAL_INFORMATION, who: self }]],
    ['the attribute itself is', true, [{ mask: WP, object: PAGER, who: self }]],
    ['everything is', true, [{ type: 0, mask: 0x4000_0000, who: self }]],
    ['they may read it only', false, [{ mask: 0x10, object: PERSONAL_INFORMATION, who: self }]],
    ['another set is theirs', false, [{ mask: WP, object: 'e45795b3-9455-11d1-aebd-0000f80367c1', who: self }]],
    ['the set is somebody else’s', false, [{ mask: WP, object: PERSONAL_INFORMATION }]],
    ['the attribute is denied before the set is given', false, [{ type: 6, mask: WP, object: PAGER, who: self }, { mask: WP, object: PERSONAL_INFORMATION, who: self }]],
  ])('%s: %s', (_what, expected, entries) => {
    expect(may(PERSONAL_INFORMATION, ...entries)).toBe(expected)
  })
  it('of no set only by its own name', () => {
    expect(may(null, { mask: WP, object: PERSONAL_INFORMATION, who: self })).toBe(false)
  })
})

describe('an access list', () => {
  it.each<[string, boolean, Ace[]]>([
    ['the right itself', true, [{ object: RESET_PASSWORD }]],
    ['the right, inherited for users', true, [{ object: RESET_PASSWORD, inherited: USER, flags: 0x10 }]],
    ['all extended rights', true, [{ type: 0 }]],
    ['everything', true, [{ type: 0, mask: 0xf01ff }]],
    ['everything, said in one bit', true, [{ type: 0, mask: 0x1000_0000 }]],
    ['nothing', false, []],
    ['another right', false, [{ object: CHANGE_PASSWORD }]],
    ['reading only', false, [{ type: 0, mask: 0x20094 }]],
    ['the right, for somebody else', false, [{ object: RESET_PASSWORD, who: 'S-1-5-21-1-2-3-1101' }]],
    ['the right, for what lies below only', false, [{ object: RESET_PASSWORD, flags: 0x0a }]],
    ['the right, denied to everyone before', false, [{ type: 6, object: RESET_PASSWORD, who: EVERYONE }, { object: RESET_PASSWORD }]],
    ['the right, given before it is denied by inheritance', true, [{ object: RESET_PASSWORD }, { type: 6, object: RESET_PASSWORD, flags: 0x10 }]],
    ['another right, denied', true, [{ type: 6, object: CHANGE_PASSWORD }, { object: RESET_PASSWORD }]],
    ['the right, beside an audit rule', true, [{ type: 7, object: RESET_PASSWORD }, { object: RESET_PASSWORD }]],
  ])('that says %s: %s', (_what, expected, entries) => {
    expect(may(RESET_PASSWORD, ...entries)).toBe(expected)
  })
  it('that is not there keeps nobody out', () => {
    expect(hasExtendedRight(accessListOf(Buffer.alloc(20)), ME, RESET_PASSWORD)).toBe(true)
  })
})

describe('the commands of the guide', () => {
  const grantee = { name: 'svc@example.com', sid: SERVICE }
  it('name the right, the unit and the account, for Windows and for Samba', () => {
    expect(DELEGATED_RIGHTS.map((right) => grantCommand(right, 'OU=P,DC=x', grantee).split('\n'))).toEqual([
      ['CA;Reset Password;user', 'CR', RESET_PASSWORD], ['RPWP;pwdLastSet;user', 'RPWP', 'bf967a0a-0de6-11d0-a285-00aa003049e2'],
      ['RPWP;lockoutTime;user', 'RPWP', '28630ebf-41d5-11d1-a9c1-0000f80367c1'], ['RPWP;userAccountControl;user', 'RPWP', 'bf967a68-0de6-11d0-a285-00aa003049e2'],
    ].map(([windows, sddl, guid]) => [
      `dsacls "OU=P,DC=x" /I:S /G "svc@example.com:${windows}"`,
      `on Samba: samba-tool dsacl set --objectdn="OU=P,DC=x" --sddl="(OA;CIIO;${sddl};${guid};${USER};${SERVICE})"`,
    ]))
    expect(readPoliciesCommand('CN=C', grantee)).toContain('dsacls "CN=C" /I:T /G "svc@example.com:GR"')
  })
})
