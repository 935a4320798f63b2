import type { MigrationInterface, QueryRunner } from 'typeorm'

const PURPOSES = `('password-reset', 'account-unlock', 'self-service-sign-in', 'password-change')`

export class CreateVerification20261121080600 implements MigrationInterface {
  name = 'CreateVerification20261121080600'

  async up(runner: QueryRunner): Promise<void> {
    // A decoy has no person and a hash that no code has; everything else about its row is as a person's.
    await runner.query(`
      CREATE TABLE verification_challenge (
        id uuid PRIMARY KEY,
        flow_id uuid NOT NULL,
        purpose text NOT NULL CHECK (purpose IN ${PURPOSES}),
        subject_key bytea NOT NULL,
        person_id uuid,
        method text NOT NULL,
        target uuid NOT NULL,
        masked text NOT NULL,
        code_hash bytea NOT NULL,
        code_length smallint NOT NULL CHECK (code_length BETWEEN 6 AND 10),
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        tries integer NOT NULL DEFAULT 0 CHECK (tries >= 0),
        most_tries integer NOT NULL CHECK (most_tries BETWEEN 1 AND 5),
        seq integer NOT NULL,
        consumed_at timestamptz,
        superseded_at timestamptz,
        CONSTRAINT verification_challenge_tries_bounded CHECK (tries <= most_tries),
        CONSTRAINT verification_challenge_decoy_never_consumed CHECK (consumed_at IS NULL OR person_id IS NOT NULL)
      )`)
    // Only the newest code of a flow counts: the database allows one that is not superseded.
    await runner.query(`
      CREATE UNIQUE INDEX verification_challenge_newest ON verification_challenge (flow_id) WHERE superseded_at IS NULL`)
    await runner.query('CREATE INDEX verification_challenge_age ON verification_challenge (created_at)')

    await runner.query(`
      CREATE TABLE verification_evidence (
        id uuid PRIMARY KEY,
        flow_id uuid NOT NULL,
        purpose text NOT NULL CHECK (purpose IN ${PURPOSES}),
        person_id uuid NOT NULL,
        method text NOT NULL,
        assurance text NOT NULL CHECK (assurance IN ('low', 'medium', 'high')),
        account_id uuid,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        consumed_at timestamptz
      )`)
    await runner.query('CREATE INDEX verification_evidence_flow ON verification_evidence (flow_id)')
    await runner.query('CREATE INDEX verification_evidence_age ON verification_evidence (created_at)')

    // Shared by all flows, browsers and processes of one person, or of one unknown name. Times and not counters: a window
    // that slides cannot be emptied by waiting for its edge.
    await runner.query(`
      CREATE TABLE verification_budget (
        subject_key bytea PRIMARY KEY,
        wrong_at timestamptz[] NOT NULL DEFAULT '{}',
        sent_at timestamptz[] NOT NULL DEFAULT '{}',
        resent_at timestamptz[] NOT NULL DEFAULT '{}',
        touched_at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query('CREATE INDEX verification_budget_age ON verification_budget (touched_at)')

    await runner.query(`
      CREATE TABLE verification_device (
        token_hash bytea PRIMARY KEY,
        person_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        wrong_at timestamptz[] NOT NULL DEFAULT '{}',
        sent_at timestamptz[] NOT NULL DEFAULT '{}'
      )`)
    await runner.query('CREATE INDEX verification_device_person ON verification_device (person_id, last_used_at DESC)')
    await runner.query('CREATE INDEX verification_device_expiry ON verification_device (expires_at)')

    // Binds with a known password, counted before the bind. A directory forgets wrong passwords after a quiet time, not by
    // a sliding window, so a count and the time of the last try is exactly what is needed (security.md rule 6).
    await runner.query(`
      CREATE TABLE verification_password_budget (
        budget_key bytea PRIMARY KEY,
        tries integer NOT NULL CHECK (tries >= 0),
        last_at timestamptz NOT NULL,
        window_seconds integer NOT NULL
      )`)
    await runner.query('CREATE INDEX verification_password_budget_age ON verification_password_budget (last_at)')

    await runner.query(`
      CREATE TABLE verification_minute (
        minute timestamptz PRIMARY KEY,
        wrong integer NOT NULL DEFAULT 0,
        correct integer NOT NULL DEFAULT 0
      )`)
    await runner.query(`
      CREATE TABLE verification_brake (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        active_until timestamptz NOT NULL,
        reason text
      )`)
    await runner.query(`INSERT INTO verification_brake (active_until) VALUES ('-infinity')`)

    // What real masks look like in this tenant. Kept, so that the mask of an unknown name is the same tomorrow.
    await runner.query(`
      CREATE TABLE verification_decoy_shape (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        shape jsonb NOT NULL,
        people integer NOT NULL,
        taken_at timestamptz NOT NULL DEFAULT now()
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE verification_decoy_shape, verification_brake, verification_minute, verification_password_budget,
      verification_device, verification_budget, verification_evidence, verification_challenge`)
  }
}
