import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { IdentityModule } from '../identity/index.js'
import { PasswordPolicyModule } from '../password-policy/index.js'
import { ProvisioningModule } from '../provisioning/index.js'
import { DeclaredRulesReader } from './domain/declared-rules-reader.js'
import { Passwords } from './domain/passwords.js'
import { PasswordsSettings } from './domain/passwords-settings.js'
import { PasswordBookkeeping } from './jobs/password-bookkeeping.js'
import { PasswordRecordStore } from './persistence/password-record.store.js'

@Module({
  imports: [DirectoriesModule, IdentityModule, PasswordPolicyModule, ProvisioningModule],
  providers: [Passwords, PasswordsSettings, DeclaredRulesReader, PasswordRecordStore, PasswordBookkeeping],
  exports: [Passwords],
})
export class PasswordsModule {}
