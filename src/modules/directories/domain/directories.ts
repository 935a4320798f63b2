import { Injectable } from '@nestjs/common'
import type { DeclaredRules } from '../../password-policy/index.js'
import type { AccountRef, CallContext, Capability, DirectoryConnection, LockoutRules } from './connector.js'

/** A configured system. `name` is what people call it ("Windows and email"), in one language for all. */
export type Directory = {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly description: string
  /** People sign in to self-service with its password. */
  readonly signIn: boolean
  readonly enabled: boolean
  readonly position: number
}

@Injectable()
export class Directories {
  /** From memory; reloaded when configuration changes. */
  list(): readonly Directory[] {
    throw new Error('pending')
  }
  get(_id: string): Directory {
    throw new Error('pending')
  }
  capabilities(_id: string): ReadonlySet<Capability> {
    throw new Error('pending')
  }
  /**
   * One conversation with one server of the directory, inside its bulkhead and circuit breaker. Throws ConnectorError:
   * unreachable at once while the circuit is open, timed-out when the deadline passes.
   */
  async use<T>(_id: string, _context: CallContext, _work: (connection: DirectoryConnection) => Promise<T>): Promise<T> {
    throw new Error('pending')
  }
  async declaredRules(_id: string, _ref: AccountRef | null, _context: CallContext): Promise<DeclaredRules> {
    throw new Error('pending')
  }
  async lockoutRules(_id: string, _context: CallContext): Promise<LockoutRules> {
    throw new Error('pending')
  }
}
