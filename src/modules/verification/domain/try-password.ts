import { Injectable } from '@nestjs/common'
import type { SecretText } from '../../../kernel/secret-text.js'
import {
  bindWouldLock, ConnectorError, Directories, type CallContext, type ConnectorReason, type DirectoryConnection, type VerifyResult,
} from '../../directories/index.js'
import type { BindTarget } from './known-password-target.js'
import { VerificationSettings } from './verification-settings.js'

export type Bind =
  | { readonly answer: 'right'; readonly state: 'ok' | 'must-change' | 'password-expired' }
  | { readonly answer: 'refused'; readonly because: string }
  /** `reached` no: the directory certainly did not count it. */
  | { readonly answer: 'unavailable'; readonly reached: 'no' | 'maybe' }

/** The directory spoke about this account: all of these look like a wrong password to whoever typed it. */
const ABOUT_THE_ACCOUNT: readonly ConnectorReason[] = [
  'no-such-account', 'wrong-current-password', 'account-locked', 'account-disabled', 'account-expired', 'protected-account',
  'policy-refused',
]

/** Tries one password on one account, once. */
@Injectable()
export class TryPassword {
  constructor(
    private readonly directories: Directories,
    private readonly settings: VerificationSettings,
  ) {}

  async try(target: BindTarget, password: SecretText, correlationId: string): Promise<Bind> {
    // RFC 4513 §5.1.2: a bind with a name and no password succeeds as anonymous in many servers
    if (!mayBeBound(password.reveal())) return { answer: 'refused', because: 'not-a-password' }
    const context = { deadline: new Date(Date.now() + this.settings.bindMs), correlationId }
    try {
      const threshold = await this.#threshold(target, context)
      return await this.directories.use(target.directoryId, context, async (connection): Promise<Bind> => {
        if (!connection.verify) throw new ConnectorError('unsupported', 'verify')
        if (await this.#wouldLock(target, threshold, connection, context)) return { answer: 'refused', because: 'would-lock' }
        return meaning(await connection.verify(target.ref, password, context))
      })
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      if (ABOUT_THE_ACCOUNT.includes(error.reason)) return { answer: 'refused', because: error.reason }
      return { answer: 'unavailable', reached: error.reason === 'unreachable' || error.reason === 'unsupported' ? 'no' : 'maybe' }
    }
  }

  /** Null when it cannot be read: then the strictest usual one is assumed. Remembered by directories. */
  async #threshold({ directoryId }: BindTarget, context: CallContext): Promise<number | null> {
    try {
      return (await this.directories.lockoutRules(directoryId, context)).threshold
    } catch (error) {
      if (error instanceof ConnectorError) return null
      throw error
    }
  }

  /**
   * Our own budget stays below the threshold, and others may have come close to it: a bind of ours must not be the one that
   * locks (security.md rule 6). Asked of the server that would be bound to, of an account that does not exist as well.
   */
  async #wouldLock(
    { ref }: BindTarget, threshold: number | null, connection: DirectoryConnection, context: CallContext,
  ): Promise<boolean> {
    try {
      return bindWouldLock(await connection.lookup(ref, context), { threshold }, this.settings.assumedLockoutThreshold)
    } catch (error) {
      if (error instanceof ConnectorError && error.reason === 'no-such-account') return false
      throw error
    }
  }
}

/** Disabled, expired and locked accounts are refused like a wrong password, also with the right one. */
function meaning(result: VerifyResult): Bind {
  if (!result.verified) return { answer: 'refused', because: result.state }
  const { state } = result
  if (state === 'disabled' || state === 'account-expired') return { answer: 'refused', because: state }
  return { answer: 'right', state }
}

function mayBeBound(password: string): boolean {
  return password.trim() !== '' && !password.includes('\0')
}
