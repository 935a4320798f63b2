import { Module } from '@nestjs/common'
import { IdentitySettings } from './domain/identity-settings.js'
import { People } from './domain/people.js'
import { RegisterPerson } from './domain/register-person.js'
import { PersonRegistry } from './persistence/person.registry.js'
import { PersonStore } from './persistence/person.store.js'

@Module({
  providers: [IdentitySettings, PersonStore, PersonRegistry, People, RegisterPerson],
  exports: [People, RegisterPerson],
})
export class IdentityModule {}
