import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Provisioning } from '../../provisioning/index.js'
import { Passwords } from '../domain/passwords.js'

/** Hangs the bookkeeping on every settle, in whichever process it happens. */
@Injectable()
export class PasswordBookkeeping implements OnModuleInit {
  constructor(
    private readonly provisioning: Provisioning,
    private readonly passwords: Passwords,
  ) {}

  onModuleInit(): void {
    this.provisioning.addSettleListener((tx, task) => this.passwords.recordOutcome(tx, task))
  }
}
