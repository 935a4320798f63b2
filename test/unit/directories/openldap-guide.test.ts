import { readFileSync } from 'node:fs'
import { accessLines, asSlapdConf } from '../../../src/modules/directories/openldap/openldap-access.js'
import { OpenldapSettings } from '../../../src/modules/directories/openldap/openldap-settings.js'

const guide = readFileSync('docs/connect-openldap.md', 'utf8')
const example = {
  servers: ['ldaps://ldap.example.test'], bindDn: 'cn=latchkey,ou=service,dc=example,dc=test', bindPassword: 'x', peopleDn: 'ou=people,dc=example,dc=test',
  policiesDn: 'ou=policies,dc=example,dc=test', groupsDn: 'ou=groups,dc=example,dc=test',
}

describe('the guide for OpenLDAP', () => {
  it.each(Object.entries(accessLines(OpenldapSettings.parse(example))))('shows the line for %s as the self-test names it', (_name, line) => {
    expect(guide.split('\n')).toContain(asSlapdConf(line))
  })
  it('names every setting', () => {
    const missing = Object.keys(OpenldapSettings.shape).filter((name) => !guide.includes(`\`${name}`))
    expect(missing).toEqual([])
  })
})

describe('the settings', () => {
  const refused: [string, Record<string, unknown>][] = [
    ['a plain password as a server', { servers: ['ldap.example.test'] }], ['no server', { servers: [] }], ['another protocol', { servers: ['https://ldap.example.test'] }],
    ['a filter that cannot be read', { personFilter: '(uid=' }], ['a name that is none', { peopleDn: 'people' }], ['an unknown key', { rejectUnauthorized: false }],
    ['an authority given twice', { ca: '-----BEGIN CERTIFICATE-----', caFile: '/etc/ca.pem' }], ['protected groups that nobody can look into', { groupsDn: null, protectedGroups: ['cn=x,dc=y'] }],
    ['an empty password of the service account', { bindPassword: '' }], ['too many connections', { connections: 100 }],
  ]
  it.each(refused)('refuse %s', (_what, changes) => expect(OpenldapSettings.safeParse({ ...example, ...changes }).success).toBe(false))
  it('keep the password of the service account out of everything that is printed', () => {
    const parsed = OpenldapSettings.parse({ ...example, bindPassword: 'kanarienvogel' })
    expect(JSON.stringify(parsed)).not.toContain('kanarienvogel')
    expect(parsed.bindPassword.reveal()).toBe('kanarienvogel')
  })
})
