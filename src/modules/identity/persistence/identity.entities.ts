import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('person')
export class PersonEntity {
  @PrimaryColumn('uuid') id!: string
  @Column('text', { name: 'display_name' }) displayName!: string
  @Column('text', { name: 'given_name' }) givenName!: string
  @Column('text', { name: 'family_name' }) familyName!: string
  @Column('text') language!: string
  @Column('text') status!: string
  @Column('timestamptz', { name: 'identity_locked_at', nullable: true }) identityLockedAt!: Date | null
  @Column('timestamptz', { name: 'admin_locked_at', nullable: true }) adminLockedAt!: Date | null
  @Column('timestamptz', { name: 'frozen_until', nullable: true }) frozenUntil!: Date | null
}

@Entity('account')
export class AccountEntity {
  @PrimaryColumn('uuid') id!: string
  @Column('uuid', { name: 'person_id' }) personId!: string
  @Column('uuid', { name: 'directory_id' }) directoryId!: string
  @Column('text', { name: 'native_id' }) nativeId!: string
  @Column('text') login!: string
  @Column('boolean') enabled!: boolean
  @Column('boolean') privileged!: boolean
}

@Entity('contact_point')
export class ContactPointEntity {
  @PrimaryColumn('uuid') id!: string
  @Column('uuid', { name: 'person_id' }) personId!: string
  @Column('text') kind!: 'mail' | 'phone'
  @Column('text') value!: string
  @Column('text') source!: string
  @Column('timestamptz', { name: 'verified_at', nullable: true }) verifiedAt!: Date | null
  @Column('timestamptz', { name: 'changed_at', nullable: true }) changedAt!: Date | null
  @Column('boolean', { name: 'behind_account' }) behindAccount!: boolean
  @Column('integer') position!: number
}

@Entity('person_identifier')
export class PersonIdentifierEntity {
  @PrimaryColumn('text') value!: string
  @PrimaryColumn('uuid', { name: 'person_id' }) personId!: string
  @PrimaryColumn('text') kind!: 'login' | 'mail' | 'phone'
}

export const identityEntities = [PersonEntity, AccountEntity, ContactPointEntity, PersonIdentifierEntity]
