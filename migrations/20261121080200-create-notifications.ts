import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateNotifications20261121080200 implements MigrationInterface {
  name = 'CreateNotifications20261121080200'

  async up(runner: QueryRunner): Promise<void> {
    // Recipient and payload are sealed under this row's id and gone once somebody else holds the mail: the CHECK makes a
    // settled row that still has them impossible. A decoy is written with the same bytes and is never claimed.
    await runner.query(`
      CREATE TABLE outbox_message (
        id uuid PRIMARY KEY,
        template text NOT NULL,
        channel text NOT NULL CHECK (channel IN ('mail')),
        state text NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped', 'decoy')),
        recipient bytea,
        payload bytea,
        language text NOT NULL,
        person_id uuid,
        useful_until timestamptz NOT NULL,
        once_key text,
        correlation_id text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        fence bigint NOT NULL DEFAULT 0,
        run_at timestamptz NOT NULL DEFAULT now(),
        lease_until timestamptz,
        last_error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz,
        CONSTRAINT outbox_open_has_content CHECK (state NOT IN ('queued', 'sending')
          OR (recipient IS NOT NULL AND payload IS NOT NULL)),
        CONSTRAINT outbox_settled_is_erased CHECK (state NOT IN ('sent', 'failed', 'dropped')
          OR (recipient IS NULL AND payload IS NULL AND settled_at IS NOT NULL))
      )`)
    await runner.query('CREATE UNIQUE INDEX outbox_message_once ON outbox_message (once_key) WHERE once_key IS NOT NULL')
    await runner.query(`CREATE INDEX outbox_message_due ON outbox_message (run_at) WHERE state IN ('queued', 'sending')`)
    // Retention: settled rows by age, decoys by the end of their usefulness.
    await runner.query('CREATE INDEX outbox_message_settled ON outbox_message (settled_at) WHERE settled_at IS NOT NULL')
    await runner.query(`
      CREATE INDEX outbox_message_decoy ON outbox_message (useful_until) WHERE state = 'decoy' AND settled_at IS NULL`)

    // One row for all processes: the one that shows the method is often not the one that sends.
    await runner.query(`
      CREATE TABLE outbox_health (
        channel text PRIMARY KEY CHECK (channel IN ('mail')),
        failures integer NOT NULL DEFAULT 0,
        last_failure_at timestamptz,
        last_success_at timestamptz,
        last_error text
      )`)
    await runner.query(`INSERT INTO outbox_health (channel) VALUES ('mail')`)

    // Only ever filled in a demo: the mails that would have been sent, in the clear, because showing them is the point.
    await runner.query(`
      CREATE TABLE demo_inbox_message (
        id uuid PRIMARY KEY,
        received_at timestamptz NOT NULL DEFAULT now(),
        recipient text NOT NULL,
        template text NOT NULL,
        language text NOT NULL,
        subject text NOT NULL,
        body_text text NOT NULL,
        body_html text NOT NULL
      )`)
    await runner.query('CREATE INDEX demo_inbox_message_newest ON demo_inbox_message (received_at DESC, id DESC)')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE demo_inbox_message, outbox_health, outbox_message')
  }
}
