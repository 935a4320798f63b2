import { parseLdapUrl } from '../../../src/integrations/ldap/index.js'

describe('the address of a server', () => {
  it.each([
    ['ldaps://dc1.example.test', { host: 'dc1.example.test', port: 636, startTls: false, text: 'ldaps://dc1.example.test:636' }],
    ['ldap://DC1.example.test:1389/', { host: 'dc1.example.test', port: 1389, startTls: true }],
    ['ldaps://[::1]:6360', { host: '::1', port: 6360, text: 'ldaps://[::1]:6360' }],
    ['ldaps://127.0.0.1', { host: '127.0.0.1', port: 636 }],
  ])('%s is read', (text, url) => expect(parseLdapUrl(text)).toMatchObject(url))

  it.each([
    'http://dc1', 'dc1', 'ldaps://', 'ldaps://dc1/dc=example', 'ldaps://dc1?sub', 'ldaps://user:word@dc1', 'ldaps://dc1:0', 'ldaps://dc1:70000',
    'ldapi:///var/run', 'ldaps://dc1 ', 'ldaps://dc1\nldaps://dc2',
  ])('%j is refused', (text) => expect(() => parseLdapUrl(text)).toThrow('not of the form'))
})
