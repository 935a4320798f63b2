import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const WEB = join(process.cwd(), 'dist/web')
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
}
/** As strict as the product's own, so that a style attribute or an inline script fails here as it would there. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'",
  "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
].join('; ')

/** The built pages alone, compressed as in the product; what they ask of the server is answered by the test. */
export async function serveWeb(): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) }
}

async function answer(request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://web').pathname)
  const file = extname(path) ? path : `/index.${languageOf(request)}.html`
  const body = await readFile(join(WEB, `${file}.gz`)).catch(() => null)
  if (!body) return void response.writeHead(404).end()
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-encoding': 'gzip',
    'content-length': body.length,
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
  })
  response.end(body)
}

/** As the product chooses (src/platform/http/request-language.ts), for browsers that name one language. */
function languageOf({ headers }: IncomingMessage): string {
  const chosen = /latchkey\.language=(\w+)/.exec(headers.cookie ?? '')?.[1]
  return chosen ?? headers['accept-language']?.slice(0, 2) ?? 'en'
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
