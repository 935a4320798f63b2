import { BlockList, isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'

/** Decides who the caller is on the network. Only a listed proxy is believed about anyone but itself. */
export class ClientAddresses {
  readonly #trusted = new BlockList()

  /** @param proxies addresses or CIDR blocks; anything else is a mistake in the settings and refuses the start. */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/')
      const family = familyOf(address)
      if (!family) throw new Error('TRUSTED_PROXIES holds something that is no address or CIDR block')
      if (bits === undefined) this.#trusted.addAddress(address, family)
      else this.#trusted.addSubnet(address, Number(bits), family)
    }
  }

  /**
   * The socket's peer, unless that is a listed proxy: then the right-most entry of X-Forwarded-For that is not one
   * itself. What stands further left was written by the client and is worth nothing.
   */
  of(request: IncomingMessage): string {
    let believed = normal(request.socket.remoteAddress ?? '') ?? '0.0.0.0'
    const header = request.headers['x-forwarded-for']
    const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')
    while (this.#isTrusted(believed)) {
      const next = normal(hops.pop()?.trim() ?? '')
      if (!next) break
      believed = next
    }
    return believed
  }

  #isTrusted(address: string): boolean {
    const family = familyOf(address)
    return family !== null && this.#trusted.check(address, family)
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null
}

/** An IPv4 caller on a dual-stack socket shows as ::ffff:a.b.c.d; both spellings are one caller. */
function normal(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  const plain = mapped ? mapped[1]! : address.split('%')[0]!
  return isIP(plain) ? plain.toLowerCase() : null
}

const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'] as const

/**
 * A program on this very machine, not somebody behind a proxy on it (decisions.md 1: the demo inbox; also /metrics).
 * The peer of the socket decides; any trace of forwarding makes it not direct. So does a name that is not this machine's:
 * a page of another site, whose name was made to lead here (DNS rebinding), asks with this machine's own browser.
 *
 * @param publicOrigin the one other name that may be used
 */
export function isDirectLoopback(request: IncomingMessage, publicOrigin?: string): boolean {
  const direct = isLoopback(normal(request.socket.remoteAddress ?? ''))
    && FORWARDING_HEADERS.every((name) => request.headers[name] === undefined)
  return direct && isOurName(request.headers.host ?? '', publicOrigin)
}

const isLoopback = (address: string | null): boolean => address !== null && (address === '::1' || address.startsWith('127.'))

/** RFC 9110 §7.2: a host, and a port unless it is the scheme's own. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i

function isOurName(host: string, publicOrigin: string | undefined): boolean {
  if (publicOrigin !== undefined && host.toLowerCase() === new URL(publicOrigin).host) return true
  const [, ipv6, name] = HOST.exec(host) ?? []
  return name?.toLowerCase() === 'localhost' || isLoopback(normal(ipv6 ?? name ?? ''))
}
