/** What the HTTP frame needs to know of the environment. Parsed once by `config`, passed to `createApplication`. */
export type HttpSettings = {
  /** Scheme, host and port people type, for example https://password.posti.example. Never derived from a request. */
  readonly publicOrigin: string
  /** Addresses or CIDR blocks whose X-Forwarded-For is believed. Empty by default (decisions.md 20). */
  readonly trustedProxies: readonly string[]
  /** `__Host-` names and the Secure attribute: always, except for the demo on http loopback. */
  readonly secureCookies: boolean
  readonly demo: boolean
  /** Folder of the built web app, or null when this process serves no pages. */
  readonly webRoot: string | null
  readonly version: string
}

export const HTTP_SETTINGS = Symbol('HttpSettings')

/** Body limit (security.md, Numbers). */
export const MAX_BODY_BYTES = 64 * 1024
/** A graceful stop waits this long for requests in flight, then cuts them; the whole stop has ten seconds. */
export const DRAIN_MS = 8_000

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost']

/** The origins a browser may send unsafe requests from. A demo is reached under both names of loopback. */
export function allowedOrigins(settings: Pick<HttpSettings, 'publicOrigin' | 'demo'>): ReadonlySet<string> {
  const origin = new URL(settings.publicOrigin)
  if (!settings.demo || !LOOPBACK_NAMES.includes(origin.hostname)) return new Set([origin.origin])
  return new Set(LOOPBACK_NAMES.map((name) => Object.assign(new URL(origin), { hostname: name }).origin))
}
