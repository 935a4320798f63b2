import { Inject, Injectable } from '@nestjs/common'
import type { CookieOptions, Request, Response } from 'express'
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js'

/** `flow`: an unfinished reset or unlock. `session`: signed in to self-service. `device`: proved somebody here before. */
export type CookieName = 'flow' | 'session' | 'device'

const NAMES: Readonly<Record<CookieName, string>> = { flow: 'lk_flow', session: 'lk_session', device: 'lk_device' }
/** Our tokens are far shorter; a longer value is somebody else's and is not looked at. */
const MAX_VALUE = 512

/**
 * The only cookies there are. All HttpOnly, SameSite=Strict and Path=/; on https with the `__Host-` prefix, which makes
 * the browser refuse one set by a sibling subdomain or over http (RFC 6265bis §4.1.3.2).
 */
@Injectable()
export class Cookies {
  constructor(@Inject(HTTP_SETTINGS) private readonly settings: HttpSettings) {}

  /** @param maxAgeSeconds absent: gone when the browser closes. */
  set(response: Response, name: CookieName, value: string, maxAgeSeconds?: number): void {
    const lifetime = maxAgeSeconds === undefined ? {} : { maxAge: maxAgeSeconds * 1000 }
    response.cookie(this.wireName(name), value, { ...this.attributes(), ...lifetime })
  }

  clear(response: Response, name: CookieName): void {
    response.clearCookie(this.wireName(name), this.attributes())
  }

  /** Text or nothing: cookie-parser turns values beginning with "j:" into objects, which are never ours. */
  read(request: Request, name: CookieName): string | null {
    const jar = request.cookies as Record<string, unknown> | undefined
    const wireName = this.wireName(name)
    const value = jar && Object.hasOwn(jar, wireName) ? jar[wireName] : undefined
    return typeof value === 'string' && value.length > 0 && value.length <= MAX_VALUE ? value : null
  }

  private wireName(name: CookieName): string {
    return this.settings.secureCookies ? `__Host-${NAMES[name]}` : NAMES[name]
  }

  private attributes(): CookieOptions {
    return { httpOnly: true, sameSite: 'strict', path: '/', secure: this.settings.secureCookies }
  }
}
