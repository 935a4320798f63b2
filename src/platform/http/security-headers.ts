import helmet from 'helmet'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

const TWO_YEARS_SECONDS = 63_072_000

/** The pages load nothing but their own files, run no inline code and are framed by nobody (decisions.md 31). */
export function securityHeaders(overHttps: boolean): RequestHandler {
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        ...(overHttps ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    // On http the header is ignored by RFC 6797 §7.2, and on loopback it would follow the newcomer to other projects.
    hsts: overHttps ? { maxAge: TWO_YEARS_SECONDS, includeSubDomains: false } : false,
  })
  return (request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
    // Answers are about a person unless a handler says otherwise (the web files do).
    response.setHeader('Cache-Control', 'no-store')
    protect(request, response, next)
  }
}
