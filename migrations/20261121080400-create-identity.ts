import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateIdentity20261121080400 implements MigrationInterface {
  name = 'CreateIdentity20261121080400'

  async up(runner: QueryRunner): Promise<void> {
    // Four lock fields kept apart (decisions.md 28): the identity lock of a manager, the admin lock, the timed login
    // block, and (not here, in the directory) the lockout after wrong passwords. `frozen_until` is "this was not me".
    await runner.query(`
      CREATE TABLE person (
        id uuid PRIMARY KEY,
        display_name text NOT NULL,
        given_name text NOT NULL,
        family_name text NOT NULL,
        language text NOT NULL DEFAULT 'en',
        status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'left')),
        identity_locked_at timestamptz,
        admin_locked_at timestamptz,
        login_blocked_until timestamptz,
        frozen_until timestamptz,
        revision bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query(`
      CREATE TABLE account (
        id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person (id),
        directory_id uuid NOT NULL REFERENCES directory (id),
        native_id text NOT NULL,
        login text NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        privileged boolean NOT NULL DEFAULT false,
        read_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (directory_id, native_id)
      )`)
    await runner.query('CREATE INDEX account_of_person ON account (person_id)')
    // Where a value came from and how old it is decides whether it may carry a reset alone (decisions.md 9).
    await runner.query(`
      CREATE TABLE contact_point (
        id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person (id),
        kind text NOT NULL CHECK (kind IN ('mail', 'phone')),
        value text NOT NULL,
        source text NOT NULL,
        verified_at timestamptz,
        first_seen_at timestamptz NOT NULL DEFAULT now(),
        changed_at timestamptz,
        self_writable boolean NOT NULL DEFAULT false,
        behind_account boolean NOT NULL DEFAULT false,
        position integer NOT NULL DEFAULT 0
      )`)
    await runner.query('CREATE INDEX contact_point_of_person ON contact_point (person_id)')
    // What a person may type to be found: normalised login names, mail addresses and phone numbers. Not unique on
    // purpose: two people with one value are ambiguous, and that is a fact to keep, not an error at import.
    await runner.query(`
      CREATE TABLE person_identifier (
        value text NOT NULL,
        person_id uuid NOT NULL REFERENCES person (id),
        kind text NOT NULL CHECK (kind IN ('login', 'mail', 'phone')),
        PRIMARY KEY (value, person_id, kind)
      )`)
    await runner.query('CREATE INDEX person_identifier_of_person ON person_identifier (person_id)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE person_identifier, contact_point, account, person')
  }
}
