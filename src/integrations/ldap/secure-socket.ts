import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { LdapFailure } from './ldap-failure.js'
import type { LdapUrl } from './ldap-url.js'

export type LdapTls = {
  /** PEM of the authorities to believe, instead of the public ones. Null: those Node knows. */
  readonly ca: string | null
  /** The name the certificate must bear; null: the host of the URL. */
  readonly serverName: string | null
}

const KEEP_ALIVE_MS = 30_000
/** RFC 4511 §4.14.1, message id 1. */
const START_TLS = Buffer.from(`\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037`, 'latin1')

/** A verified TLS connection, before the deadline, or LdapFailure. Nothing is said in the clear but the wish for TLS. */
export async function openSecureSocket(url: LdapUrl, tls: LdapTls, deadline: Date): Promise<TLSSocket> {
  const left = deadline.getTime() - Date.now()
  if (left <= 0) throw tooLate(url)
  let socket = null as Socket | null
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(tooLate(url))
      socket?.destroy()
    }, left)
  })
  const open = async (): Promise<TLSSocket> => {
    const tcp = socket = connectTcp({ host: url.host, port: url.port })
    // its errors come out of the TLS socket too, once there is one
    tcp.on('error', () => undefined).setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS)
    await happens(tcp, 'connect')
    if (url.startTls) await askForTls(tcp, url)
    const name = tls.serverName ?? url.host
    const secure = socket = connectTls({
      socket: tcp,
      host: name,
      // RFC 6066 §3: no address in the name indication; it is checked against the certificate all the same
      ...(isIP(name) ? {} : { servername: name }),
      ...(tls.ca === null ? {} : { ca: tls.ca }),
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    })
    await happens(secure, 'secureConnect')
    return secure
  }
  try {
    return await Promise.race([open(), late])
  } catch (error) {
    socket?.destroy()
    throw error instanceof LdapFailure ? error : failureOfConnecting(error, url)
  } finally {
    clearTimeout(timer)
  }
}

const tooLate = ({ text }: LdapUrl): LdapFailure => new LdapFailure({ kind: 'timed-out', diagnostic: `${text}: no secure connection in time` })

function happens(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off(event, settle).off('close', closed)
      // a socket that is destroyed later may still report why; nobody waits for it here
      if (error) reject(error)
      else resolve(socket.off('error', settle) && undefined)
    }
    const closed = (): void => settle(Object.assign(new Error('the server closed the connection'), { code: 'ECONNRESET' }))
    socket.once(event, settle).on('error', settle).once('close', closed)
  })
}

/** Only the answer itself may come before TLS: bytes after it would be read as if they were protected (CVE-2011-0411). */
function askForTls(tcp: Socket, url: LdapUrl): Promise<void> {
  const refused = (why: string): LdapFailure => new LdapFailure({ kind: 'tls', diagnostic: `${url.text}: StartTLS ${why}` })
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const end = (error?: Error): void => {
      tcp.off('data', read).off('error', end).off('close', closed)
      tcp.pause()
      if (error) reject(error)
      else resolve()
    }
    const closed = (): void => end(refused('was answered by closing the connection'))
    const read = (data: Buffer): void => {
      answer = Buffer.concat([answer, data])
      if (answer.length < 2) return
      const longForm = answer[1]! & 0x80 ? answer[1]! & 0x7f : 0
      if (answer[0] !== 0x30 || longForm > 2) return end(refused('was not answered in LDAP'))
      if (answer.length < 2 + longForm) return
      const length = longForm ? answer.readUIntBE(2, longForm) : answer[1]!
      const whole = 2 + longForm + length
      if (answer.length < whole) return
      if (answer.length > whole) return end(refused('was followed by unprotected bytes'))
      // messageId 1, ExtendedResponse [APPLICATION 24], ENUMERATED resultCode
      const body = answer.subarray(2 + longForm)
      const isOurs = body.subarray(0, 4).equals(Buffer.from([0x02, 0x01, 0x01, 0x78]))
      const inner = body[4]! & 0x80 ? 5 + (body[4]! & 0x7f) : 5
      const code = isOurs && body[inner] === 0x0a && body[inner + 1] === 1 ? body[inner + 2] : undefined
      end(code === 0 ? undefined : refused(`was refused${code === undefined ? '' : ` with code ${code}`}`))
    }
    tcp.on('data', read).on('error', end).once('close', closed)
    tcp.write(START_TLS)
  })
}

/** A system call that failed is the network; everything else that ends a handshake is a matter of trust. */
function failureOfConnecting(error: unknown, { text }: LdapUrl): LdapFailure {
  const { code, syscall, message } = error as { code?: string; syscall?: string; message?: string }
  const isNetwork = (syscall !== undefined && code !== 'EPROTO') || code === 'ECONNRESET'
  return new LdapFailure({ kind: isNetwork ? 'unreachable' : 'tls', diagnostic: `${text}: ${code ?? 'error'} ${isNetwork ? '' : message ?? ''}` })
}
