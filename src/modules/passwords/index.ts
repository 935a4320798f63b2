export { Passwords, type NewPassword } from './domain/passwords.js'
