import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, lstatSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { pageLanguageOf } from './request-language.js'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}
/** Best first. The build writes these beside the file; nothing is compressed while a person waits. */
const ENCODINGS = [['br', '.br'], ['gzip', '.gz']] as const
const A_YEAR = 'public, max-age=31536000, immutable'
/** The build puts the hash of the content into these names (index-BxD3kq9a.js), so they never change. */
const HASHED_NAME = /^\/assets\/.*-[\w-]{8,}\.\w+$/
/** Plainly spelled: whoever names no wish for a page gets one at these only. */
const PAGE_PATH = /^\/(?:[\w~-]+(?:\/[\w~-]+)*\/?)?$/
const NOT_PAGES = /^\/(?:api|health|metrics|assets|\.well-known)(?:\/|$)/

type Variant = { readonly bytes: Buffer; readonly etag: string; readonly encoding: string | null }
type WebFile = { readonly type: string; readonly caching: string; readonly variants: readonly Variant[] }

/**
 * The built web app, read once: an address is looked up in a table of known files, so no spelling of a path leads out
 * of the folder. Navigation to any other address gets the start file in the reader's language, which routes in the browser;
 * so does whoever takes anything (curl, health checkers), but not a program that asks for JSON.
 */
export function webFiles(root: string): RequestHandler {
  const files = readAll(root)
  const startFor = (request: Request): WebFile | undefined =>
    files.get(`/index.${pageLanguageOf(request)}.html`) ?? files.get('/index.html')
  return (request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    const known = files.get(request.path)
    const file = known ?? (isNavigation(request) ? startFor(request) : undefined)
    if (file && !known) response.vary('Accept, Accept-Language, Cookie')
    if (file) send(file, request, response)
    else next()
  }
}

function isNavigation(request: Request): boolean {
  if (NOT_PAGES.test(request.path) || extname(request.path) !== '') return false
  if (request.headers.accept?.includes('text/html')) return true
  return PAGE_PATH.test(request.path) && request.accepts(['html', 'json']) === 'html'
}

function send(file: WebFile, request: Request, response: Response): void {
  const { bytes, etag, encoding } = bestVariant(file, request)
  response.setHeader('Content-Type', file.type).setHeader('Cache-Control', file.caching).setHeader('ETag', etag)
  if (file.variants.length > 1) response.vary('Accept-Encoding')
  if (encoding) response.setHeader('Content-Encoding', encoding)
  response.locals['page'] = true
  if (request.fresh) response.status(304).end()
  else response.setHeader('Content-Length', bytes.length).end(request.method === 'HEAD' ? undefined : bytes)
}

/** Clients that can read a compressed file name it; "q=0" means they cannot, and `acceptsEncodings` knows that. */
function bestVariant({ variants }: WebFile, request: Request): Variant {
  const wanted = variants.find(({ encoding }) => encoding !== null && request.acceptsEncodings(encoding) === encoding)
  return wanted ?? variants.at(-1)!
}

function readAll(root: string): Map<string, WebFile> {
  // lstat: a link in the folder is not followed, wherever it leads.
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => lstatSync(join(root, path)).isFile())
  const known = new Set(paths)
  const plain = paths.filter((path) => TYPES[extname(path)] !== undefined)
  return new Map(plain.map((path) => {
    const url = `/${path.split(sep).join('/')}`
    const compressed = ENCODINGS.filter(([, suffix]) => known.has(path + suffix))
      .map(([encoding, suffix]) => variantOf(join(root, path + suffix), encoding))
    const caching = HASHED_NAME.test(url) ? A_YEAR : 'no-cache'
    return [url, { type: TYPES[extname(path)]!, caching, variants: [...compressed, variantOf(join(root, path), null)] }]
  }))
}

function variantOf(path: string, encoding: string | null): Variant {
  const bytes = readFileSync(path)
  return { bytes, encoding, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"` }
}
