import { Injectable } from '@nestjs/common'
import type { Tx } from '../../../platform/database/database.js'
import { AccountEntity, ContactPointEntity, PersonEntity, PersonIdentifierEntity } from './identity.entities.js'

export type NewPersonRows = {
  person: Partial<PersonEntity> & Pick<PersonEntity, 'id' | 'displayName' | 'givenName' | 'familyName' | 'language' | 'status'>
  accounts: (Partial<AccountEntity> & Pick<AccountEntity, 'id' | 'personId' | 'directoryId' | 'nativeId' | 'login'>)[]
  contacts: Partial<ContactPointEntity>[]
  identifiers: PersonIdentifierEntity[]
}

/** Writes what an import or the demo read in. Plain inserts: the caller has decided what is new. */
@Injectable()
export class PersonRegistry {
  async insert(tx: Tx, rows: NewPersonRows): Promise<void> {
    await tx.repository(PersonEntity).insert(rows.person)
    if (rows.accounts.length) await tx.repository(AccountEntity).insert(rows.accounts)
    if (rows.contacts.length) await tx.repository(ContactPointEntity).insert(rows.contacts)
    if (rows.identifiers.length) await tx.repository(PersonIdentifierEntity).insert(rows.identifiers)
  }
}
