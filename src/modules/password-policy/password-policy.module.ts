import { Module } from '@nestjs/common'
import { CommonPasswords } from './domain/common-passwords.js'
import { PasswordGenerator } from './domain/password-generator.js'
import { PasswordPolicySettings } from './domain/password-policy-settings.js'
import { PolicyEngine } from './domain/policy-engine.js'
import { StrengthMeter } from './domain/strength-meter.js'

@Module({
  providers: [PasswordPolicySettings, CommonPasswords, StrengthMeter, PolicyEngine, PasswordGenerator],
  exports: [PasswordPolicySettings, StrengthMeter, PolicyEngine, PasswordGenerator],
})
export class PasswordPolicyModule {}
