export { Passwords, type NewPassword, type PasswordRecord } from './domain/passwords.js'
export { PasswordsSettings } from './domain/passwords-settings.js'
export { PasswordsModule } from './passwords.module.js'
