import { Injectable } from '@nestjs/common'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database } from '../../../platform/database/database.js'
import { Directories, type AccountRef } from '../../directories/index.js'
import { People, type Account } from '../../identity/index.js'
import { opaqueId } from './decoy-masks.js'
import { NOBODY, type Subject } from './verification-method.js'

/** Where a password is tried. `accountId` null: an account that does not exist. */
export type BindTarget = {
  readonly directoryId: string
  readonly accountId: string | null
  readonly ref: AccountRef
  /** The budget hangs on the account, or on the typed name of nobody. */
  readonly budgetKey: Buffer
}

@Injectable()
export class KnownPasswordTarget {
  constructor(
    private readonly database: Database,
    private readonly people: People,
    private readonly directories: Directories,
    private readonly keys: KeyRing,
  ) {}

  /** Null: there is no directory to sign in with. One statement, whoever it is. */
  async find(subject: Subject, accountId: string | null): Promise<BindTarget | null> {
    const accounts = await this.people.listAccounts(this.database, subject.personId ?? NOBODY)
    const signIn = this.#signInDirectories()
    const account = accountId === null ? firstOf(accounts, signIn) : accounts.find(({ id }) => id === accountId)
    if (account && this.#verifies(account.directoryId)) {
      const { id, directoryId, nativeId, login } = account
      const budgetKey = this.keys.hash('identifier', `bind account ${id}`)
      return { directoryId, accountId: id, ref: { nativeId, login }, budgetKey }
    }
    const [directoryId] = signIn
    return directoryId === undefined ? null : this.#nobodyIn(directoryId, subject)
  }

  #signInDirectories(): string[] {
    return this.directories.list()
      .filter(({ id, signIn }) => signIn && this.#verifies(id))
      .toSorted((a, b) => a.position - b.position)
      .map(({ id }) => id)
  }

  #verifies(directoryId: string): boolean {
    const enabled = this.directories.list().some(({ id, enabled }) => id === directoryId && enabled)
    return enabled && this.directories.capabilities(directoryId).has('verify')
  }

  #nobodyIn(directoryId: string, { identifierKey }: Subject): BindTarget {
    const bytes = this.keys.hash('decoy', Buffer.concat([identifierKey, Buffer.from('account')]))
    return {
      directoryId,
      accountId: null,
      ref: { nativeId: opaqueId(bytes), login: `nobody-${bytes.toString('hex').slice(0, 12)}` },
      budgetKey: this.keys.hash('identifier', Buffer.concat([Buffer.from('bind nobody '), identifierKey])),
    }
  }
}

function firstOf(accounts: readonly Account[], directoryIds: readonly string[]): Account | undefined {
  for (const id of directoryIds) {
    const found = accounts.find(({ directoryId }) => directoryId === id)
    if (found) return found
  }
  return undefined
}
