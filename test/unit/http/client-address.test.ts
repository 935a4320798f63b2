import type { IncomingMessage } from 'node:http'
import { ClientAddresses, isDirectLoopback } from '../../../src/platform/http/client-address.js'
import { networkOf } from '../../../src/platform/limits/network-of.js'

const from = (remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: { host: 'localhost:3000', ...headers } }) as unknown as IncomingMessage
const forwarded = (peer: string, chain: string): IncomingMessage => from(peer, { 'x-forwarded-for': chain })

describe('client address', () => {
  it('is the peer of the socket when no proxy is listed, whatever headers say', () => {
    const addresses = new ClientAddresses([])
    expect(addresses.of(forwarded('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9')
    expect(addresses.of(forwarded('127.0.0.1', '198.51.100.1'))).toBe('127.0.0.1')
  })

  it('is the right-most entry that is not a listed proxy', () => {
    const addresses = new ClientAddresses(['10.0.0.0/8', '2001:db8:ffff::/48'])
    expect(addresses.of(forwarded('10.0.0.5', '1.1.1.1, 198.51.100.7, 10.2.0.1'))).toBe('198.51.100.7')
    expect(addresses.of(forwarded('2001:db8:ffff::1', 'fake, 198.51.100.7'))).toBe('198.51.100.7')
  })

  it('believes no header of a peer that is not listed, also when the header names a listed proxy', () => {
    expect(new ClientAddresses(['10.0.0.1']).of(forwarded('203.0.113.9', '198.51.100.7, 10.0.0.1'))).toBe('203.0.113.9')
  })

  it.each([['', '10.0.0.5'], ['not-an-address', '10.0.0.5'], ['198.51.100.7, <script>', '10.0.0.5'], [',,,', '10.0.0.5'], ['10.0.0.6', '10.0.0.6']])(
    'stops at what is no address: %j', (chain, expected) => {
      expect(new ClientAddresses(['10.0.0.0/8']).of(forwarded('10.0.0.5', chain))).toBe(expected)
    })

  it('knows an IPv4 caller on a dual-stack socket', () => {
    expect(new ClientAddresses(['10.0.0.5']).of(forwarded('::ffff:10.0.0.5', '::ffff:198.51.100.7'))).toBe('198.51.100.7')
  })

  it('refuses to start with a proxy that is no address', () => {
    expect(() => new ClientAddresses(['proxy.internal'])).toThrow('TRUSTED_PROXIES')
  })
})

describe('direct loopback', () => {
  it('is a peer on this machine without a trace of forwarding', () => {
    for (const peer of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1']) expect(isDirectLoopback(from(peer))).toBe(true)
    for (const peer of ['10.0.0.1', '128.0.0.1', '::2', '']) expect(isDirectLoopback(from(peer))).toBe(false)
  })

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])('is not somebody behind a local proxy (%s)', (header) => {
    expect(isDirectLoopback(from('127.0.0.1', { [header]: '' }))).toBe(false)
  })
})

describe('the name a direct caller used', () => {
  const called = (host: string | undefined, ...names: string[]): boolean => {
    const request = from('127.0.0.1')
    if (host === undefined) delete request.headers.host
    else request.headers.host = host
    return isDirectLoopback(request, ...names)
  }

  it.each(['localhost', 'localhost:3000', 'LOCALHOST:3000', '127.0.0.1', '127.0.0.1:3000', '127.8.8.8', '[::1]', '[::1]:3000'])(
    'may be a name of loopback: %s', (host) => {
      expect(called(host)).toBe(true)
    })

  // DNS rebinding: a page of somebody else's, whose name now leads to this machine, reads with this machine's browser
  it.each(['attacker.example', 'attacker.example:3000', 'localhost.attacker.example', '127.0.0.1.attacker.example', 'a@localhost',
    'localhost:3000@attacker.example', '10.0.0.1', '128.0.0.1:3000', '[::2]', '', ' ', 'localhost:port', undefined])(
    'may not be any other: %s', (host) => {
      expect(called(host)).toBe(false)
    })

  it('may be that of the public origin, where the caller knows one', () => {
    expect(called('password.posti.example', 'https://password.posti.example')).toBe(true)
    expect(called('password.posti.example:8443', 'https://password.posti.example:8443')).toBe(true)
    expect(called('other.posti.example', 'https://password.posti.example')).toBe(false)
    expect(called('password.posti.example.evil.example', 'https://password.posti.example')).toBe(false)
  })
})

describe('network of an address', () => {
  it('is the /64 of an IPv6 caller in one spelling, and an IPv4 address itself', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
    for (const same of ['2001:db8:1:2::1', '2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:DB8:1:2:0:0:0:9']) expect(networkOf(same)).toBe('2001:db8:1:2::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('2001:db8::')).toBe('2001:db8:0:0::/64')
    expect(networkOf('any other text')).toBe('any other text')
  })
})
