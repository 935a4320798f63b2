import { Injectable } from '@nestjs/common'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'

/** 254 is the longest mail address (RFC 5321 §4.5.3.1.3 with erratum 1690). */
const RECIPIENT_BYTES = 256
/** Payloads grow in these steps, so the size of a row tells neither a decoy from a person nor one purpose from another. */
const PAYLOAD_STEP = 1024

export type Payload = { readonly params: Readonly<Record<string, unknown>>; readonly code: SecretText | null }

/** What a message says and whom it goes to, sealed to this one message: a row copied onto another id does not open. */
@Injectable()
export class PayloadSeal {
  constructor(private readonly keys: KeyRing) {}

  sealRecipient(messageId: string, to: string | null): Buffer {
    return this.keys.seal(padded(to ?? '', RECIPIENT_BYTES), recipientOf(messageId))
  }

  openRecipient(messageId: string, sealed: Buffer): string {
    return this.keys.openBytes(sealed, recipientOf(messageId)).toString('utf8').trimEnd()
  }

  sealPayload(messageId: string, params: object, code: SecretText | null): Buffer {
    return this.keys.seal(padded(JSON.stringify({ params, code: code?.reveal() ?? null }), PAYLOAD_STEP), payloadOf(messageId))
  }

  openPayload(messageId: string, sealed: Buffer): Payload {
    const { params, code } = JSON.parse(this.keys.openBytes(sealed, payloadOf(messageId)).toString('utf8')) as {
      params: Record<string, unknown>
      code: string | null
    }
    return { params, code: code === null ? null : new SecretText(code) }
  }
}

const recipientOf = (messageId: string): string => `outbox:${messageId}:recipient`
const payloadOf = (messageId: string): string => `outbox:${messageId}:payload`

/** Blanks are no part of an address and mean nothing after JSON, so they pad without a length field. */
function padded(text: string, step: number): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const size = Math.max(1, Math.ceil(bytes.length / step)) * step
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length, ' ')])
}
