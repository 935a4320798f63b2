import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateSelfService20261121080800 implements MigrationInterface {
  name = 'CreateSelfService20261121080800'

  async up(runner: QueryRunner): Promise<void> {
    // A service request is what one submit asked for: the self-service counterpart of an account action.
    await runner.query(`
      CREATE TABLE service_request (
        id uuid PRIMARY KEY,
        number bigint GENERATED ALWAYS AS IDENTITY (START WITH 20401) UNIQUE,
        kind text NOT NULL CHECK (kind IN ('reset', 'change', 'unlock')),
        person_id uuid NOT NULL REFERENCES person (id),
        state text NOT NULL CHECK (state IN ('applying', 'completed', 'partly-completed', 'failed')),
        proof text NOT NULL,
        language text NOT NULL,
        runs integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      )`)
    await runner.query('CREATE INDEX service_request_of_person ON service_request (person_id, number DESC)')

    // person_id is null for a decoy. Who is behind a decoy is not written down anywhere.
    await runner.query(`
      CREATE TABLE self_service_flow (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('reset', 'unlock')),
        state text NOT NULL CHECK (state IN ('choosing-method', 'awaiting-code', 'verified', 'applying', 'completed',
          'partly-completed', 'failed', 'expired', 'locked')),
        person_id uuid REFERENCES person (id),
        subject_key bytea NOT NULL,
        identifier_key bytea NOT NULL,
        -- the mask of a typed mail address, sealed: people type passwords into that field, and some hold an @
        typed_mask bytea,
        language text NOT NULL,
        cookie_hash bytea NOT NULL,
        evidence_id uuid,
        request_id uuid REFERENCES service_request (id),
        submissions integer NOT NULL DEFAULT 0,
        locked_until timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        touched_at timestamptz NOT NULL DEFAULT now(),
        CHECK (state NOT IN ('verified', 'applying', 'completed', 'partly-completed', 'failed') OR person_id IS NOT NULL)
      )`)
    // One verified flow a person: the second verification closes the first in the same transaction or fails here.
    await runner.query(`CREATE UNIQUE INDEX one_verified_flow_a_person ON self_service_flow (person_id) WHERE state = 'verified'`)
    await runner.query(`CREATE INDEX waiting_flows_of_subject ON self_service_flow (subject_key) WHERE state = 'awaiting-code'`)
    await runner.query('CREATE INDEX flow_of_person ON self_service_flow (person_id)')
    await runner.query('CREATE INDEX flow_of_request ON self_service_flow (request_id) WHERE request_id IS NOT NULL')
    await runner.query('CREATE INDEX flow_by_age ON self_service_flow (created_at)')

    await runner.query(`
      CREATE TABLE self_service_session (
        id uuid PRIMARY KEY,
        person_id uuid NOT NULL REFERENCES person (id),
        account_id uuid NOT NULL REFERENCES account (id),
        token_hash bytea NOT NULL UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        touched_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz
      )`)
    await runner.query('CREATE INDEX self_service_session_of_person ON self_service_session (person_id)')
    await runner.query('CREATE INDEX self_service_session_of_account ON self_service_session (account_id)')
    await runner.query('CREATE INDEX self_service_session_by_age ON self_service_session (created_at)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE self_service_session, self_service_flow, service_request')
  }
}
