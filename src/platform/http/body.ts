import type { IncomingMessage } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import { DomainError } from '../../kernel/domain-error.js'
import { MAX_BODY_BYTES } from './http-settings.js'
import { parseStrictJson } from './strict-json.js'

/** An answer went out before the body was in: what still arrives is thrown away for this long, then the line is cut. */
const LINGER_MS = 2_000
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/** Reads the body of a request: JSON, not encoded, at most 64 KiB. Refusals cost no more than the headers. */
export function readBody(request: Request, response: Response, next: NextFunction): void {
  if (!hasBody(request)) {
    request.body = undefined
    return next()
  }
  const refuse = (error: DomainError): void => {
    discardRest(request, response)
    next(error)
  }
  const mistake = headerMistake(request)
  if (mistake) return refuse(mistake)
  collect(request).then((bytes) => {
    request.body = bytes.length === 0 ? undefined : parseStrictJson(bytes)
    next()
  }).catch((error: unknown) => {
    refuse(error instanceof DomainError ? error : new DomainError('REQUEST_INVALID', { cause: error }))
  })
}

const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0

/** What the headers alone give away. Compressed bodies are not accepted: 64 KiB of them unpack to 64 MB. */
function headerMistake(request: IncomingMessage): DomainError | null {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return new DomainError('REQUEST_TOO_LARGE')
  const encoded = (request.headers['content-encoding'] ?? 'identity') !== 'identity'
  if (encoded) return new DomainError('REQUEST_INVALID', { fields: [{ field: 'Content-Encoding', reason: 'not-accepted' }] })
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
    return new DomainError('REQUEST_INVALID', { fields: [{ field: 'Content-Type', reason: 'not-json' }] })
  }
  return null
}

function collect(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) return void chunks.push(chunk)
      request.off('data', take)
      reject(new DomainError('REQUEST_TOO_LARGE'))
    }
    request.on('data', take)
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => reject(new DomainError('REQUEST_INVALID')))
  })
}

/** Closing at once would make the client lose the answer to a reset; reading for ever would let it hold the line. */
function discardRest(request: IncomingMessage, response: Response): void {
  if (request.complete) return
  request.resume()
  response.once('finish', () => {
    const timer = setTimeout(() => request.socket.destroy(), LINGER_MS).unref()
    request.once('close', () => clearTimeout(timer))
    request.once('end', () => clearTimeout(timer))
  })
}
