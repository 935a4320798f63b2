import { Injectable } from '@nestjs/common'
import { SecretText } from '../../../kernel/secret-text.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'

export type Passwords = { readonly newPassword: SecretText; readonly currentPassword: SecretText | null }

/** The passwords of one task under one seal. The seal names task and account: on another row it does not open. */
@Injectable()
export class TaskSecret {
  constructor(private readonly keys: KeyRing) {}

  seal(taskId: string, accountId: string, { newPassword, currentPassword }: Passwords): Buffer {
    const plain = Buffer.from(JSON.stringify([newPassword.reveal(), currentPassword?.reveal() ?? null]), 'utf8')
    try {
      return this.keys.seal(plain, associated(taskId, accountId))
    } finally {
      plain.fill(0)
    }
  }

  /** Null when it does not open: altered, moved from another row, or its master key is gone. */
  open(sealed: Buffer, taskId: string, accountId: string): Passwords | null {
    let plain: Buffer
    try {
      plain = this.keys.openBytes(sealed, associated(taskId, accountId))
    } catch {
      return null
    }
    const [newPassword, currentPassword] = JSON.parse(plain.toString('utf8')) as [string, string | null]
    plain.fill(0)
    return {
      newPassword: new SecretText(newPassword),
      currentPassword: currentPassword === null ? null : new SecretText(currentPassword),
    }
  }
}

const associated = (taskId: string, accountId: string): string => `provisioning-task ${taskId} ${accountId}`
