import { BerReader } from 'ldapts'
import { ResponseControl } from './response-control.js'

/** draft-behera-ldap-password-policy-10 §6.2, in the order of its numbers. */
const ERRORS = [
  'password-expired', 'account-locked', 'change-after-reset', 'password-mod-not-allowed', 'must-supply-old-password',
  'insufficient-password-quality', 'password-too-short', 'password-too-young', 'password-in-history', 'password-too-long',
] as const
export type PpolicyError = (typeof ERRORS)[number] | 'another'

export type PpolicyAnswer = {
  readonly error: PpolicyError | null
  readonly secondsBeforeExpiration: number | null
  readonly graceSignInsLeft: number | null
}

/** Asks a server with a password policy to say why. Without it wrong, locked and expired look the same. */
export class PpolicyControl extends ResponseControl {
  constructor() {
    super('1.3.6.1.4.1.42.2.27.8.5.1', { critical: false })
  }
  /** Null: the answer came without the control, or not at all. */
  get answer(): PpolicyAnswer | null {
    return this.response && parsePpolicy(this.response)
  }
}

/** SEQUENCE { warning [0] CHOICE { timeBeforeExpiration [0], graceAuthNsRemaining [1] } OPTIONAL, error [1] ENUMERATED OPTIONAL } */
export function parsePpolicy(value: Buffer): PpolicyAnswer {
  let error: PpolicyError | null = null
  let secondsBeforeExpiration: number | null = null
  let graceSignInsLeft: number | null = null
  if (value.length > 0) {
    const reader = new BerReader(value)
    reader.readSequence()
    while (reader.remain > 0) {
      const tag = reader.peek()
      if (tag === 0x81) {
        const number = reader.readTag(0x81)
        error = number === null ? null : (ERRORS[number] ?? 'another')
      } else if (tag === 0xa0) {
        reader.readSequence(0xa0)
        const warning = reader.peek()
        const number = reader.readTag(warning ?? 0)
        if (warning === 0x80) secondsBeforeExpiration = number
        else graceSignInsLeft = number
      } else break
    }
  }
  return { error, secondsBeforeExpiration, graceSignInsLeft }
}
