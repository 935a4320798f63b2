import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The audit trail. `audit_entry`, `audit_chain` and `audit_checkpoint` are append only: the app role gets SELECT and
 * INSERT on them and nothing else (platform/database/grants.ts). `audit_person_key` must be deletable (erasure), and
 * `audit_heartbeat` is one row of state that proves nothing and may be lost.
 */
export class CreateAudit20261121080100 implements MigrationInterface {
  name = 'CreateAudit20261121080100'

  async up(runner: QueryRunner): Promise<void> {
    // Everything a row says is in the canonical form that is hashed (modules/audit/domain/canonical-form.ts): a new column
    // means a new hash_version. `tx` is the top-level transaction that wrote the row; the sequencer orders by it.
    await runner.query(`
      CREATE TABLE audit_entry (
        id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        tx              xid8 NOT NULL DEFAULT pg_current_xact_id(),
        at              timestamptz NOT NULL DEFAULT clock_timestamp(),
        action          text NOT NULL CHECK (length(action) BETWEEN 3 AND 120),
        outcome         text NOT NULL CHECK (outcome IN ('intent', 'success', 'failure', 'refused', 'unknown', 'info')),
        channel         text NOT NULL CHECK (channel IN ('self-service', 'worker', 'operator', 'command-line', 'system')),
        correlation_id  text NOT NULL CHECK (length(correlation_id) <= 200),
        actor_kind      text NOT NULL CHECK (actor_kind IN ('person', 'anonymous', 'operator', 'system')),
        actor_id        text CHECK (length(actor_id) <= 200),
        person_id       uuid,
        account_id      uuid,
        directory_id    uuid,
        request_id      text CHECK (length(request_id) <= 100),
        task_id         uuid,
        attempt_no      integer,
        method          text CHECK (length(method) <= 100),
        error_code      text CHECK (length(error_code) <= 100),
        facts           jsonb NOT NULL DEFAULT '{}',
        personal        bytea CHECK (personal IS NULL OR person_id IS NOT NULL),
        identifier_hash bytea CHECK (octet_length(identifier_hash) = 32),
        hash_version    smallint NOT NULL DEFAULT 1
      )`)
    // The sequencer's only way in: rows after the last chained one, in chaining order.
    await runner.query('CREATE INDEX audit_entry_tx ON audit_entry (tx, id)')
    // Auditors' ways in, each paged by id.
    await runner.query('CREATE INDEX audit_entry_request ON audit_entry (request_id, id) WHERE request_id IS NOT NULL')
    await runner.query('CREATE INDEX audit_entry_person ON audit_entry (person_id, id) WHERE person_id IS NOT NULL')
    await runner.query('CREATE INDEX audit_entry_account ON audit_entry (account_id, id) WHERE account_id IS NOT NULL')
    await runner.query('CREATE INDEX audit_entry_correlation ON audit_entry (correlation_id, id)')

    // hash = SHA-256(prev_hash, canonical bytes of the entry). No foreign key: a chain row must outlive a removed entry,
    // or removing one would take its trace along.
    await runner.query(`
      CREATE TABLE audit_chain (
        position     bigint PRIMARY KEY CHECK (position > 0),
        entry_id     bigint NOT NULL,
        prev_hash    bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
        hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
        hash_version smallint NOT NULL
      )`)
    await runner.query('CREATE UNIQUE INDEX audit_chain_entry ON audit_chain (entry_id)')

    await runner.query(`
      CREATE TABLE audit_checkpoint (
        position     bigint PRIMARY KEY CHECK (position > 0),
        hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
        at           timestamptz NOT NULL,
        installation uuid NOT NULL,
        signature    bytea NOT NULL CHECK (octet_length(signature) = 64)
      )`)
    await runner.query(`COMMENT ON COLUMN audit_checkpoint.signature IS 'Ed25519 over position, hash, at and installation'`)

    // Destroying a row makes every sealed field about this person unreadable for good; the chain covers the ciphertext.
    await runner.query(`
      CREATE TABLE audit_person_key (
        person_id  uuid PRIMARY KEY,
        key_id     uuid NOT NULL,
        wrapped    bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`)

    // Who sequences, when it last ran, and what it saw: read every second by every process. One row, updated in place.
    await runner.query(`
      CREATE TABLE audit_heartbeat (
        singleton           boolean PRIMARY KEY DEFAULT true CHECK (singleton),
        leader              uuid,
        ran_at              timestamptz NOT NULL,
        oldest_unchained_at timestamptz,
        appended_position   bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 10)`)
    await runner.query(`
      COMMENT ON COLUMN audit_heartbeat.appended_position IS 'Greatest checkpoint that reached a file outside the database'`)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit_heartbeat', 'audit_person_key', 'audit_checkpoint', 'audit_chain', 'audit_entry']) {
      await runner.query(`DROP TABLE ${table}`)
    }
  }
}
