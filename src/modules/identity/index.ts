export { People, type Account, type ContactPoint, type Person, type Resolution } from './domain/people.js'
