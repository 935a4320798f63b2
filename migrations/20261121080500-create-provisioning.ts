import type { MigrationInterface, QueryRunner } from 'typeorm'

export class CreateProvisioning20261121080500 implements MigrationInterface {
  name = 'CreateProvisioning20261121080500'

  async up(runner: QueryRunner): Promise<void> {
    // The task is the queue and the truth. No foreign keys to people or directories: a task outlives both.
    // state     moved only along the transition table of the provisioning module
    // fence     grows with each claim; a worker whose lease was taken over changes nothing
    // retry_until   tries by itself end here; check_until: asking what a lost reply did ends here
    // sealed_secret new and current password, sealed under task id + account id; never later than secret_until
    await runner.query(`
      CREATE TABLE provisioning_task (
        id uuid PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('reset', 'change', 'unlock', 'activate', 'deactivate')),
        origin text NOT NULL CHECK (origin IN
          ('SELF', 'TICKET', 'ADMIN', 'PASSWORD_MANAGER', 'INIT', 'SOAP', 'TAKEOVER', 'UNIFORM')),
        state text NOT NULL DEFAULT 'queued' CHECK (state IN
          ('queued', 'running', 'retrying', 'checking', 'succeeded', 'refused', 'failed')),
        request_id text NOT NULL,
        person_id uuid NOT NULL,
        account_id uuid NOT NULL,
        directory_id uuid NOT NULL,
        native_id text NOT NULL,
        login text NOT NULL,
        must_change boolean NOT NULL DEFAULT false,
        actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'operator', 'system')),
        actor_id text,
        correlation_id text NOT NULL,
        fence integer NOT NULL DEFAULT 0,
        lease_until timestamptz,
        run_at timestamptz NOT NULL DEFAULT now(),
        runs integer NOT NULL DEFAULT 1 CHECK (runs BETWEEN 1 AND 5),
        attempts integer NOT NULL DEFAULT 0,
        failures integer NOT NULL DEFAULT 0,
        sealed_secret bytea,
        secret_ttl_seconds integer NOT NULL CHECK (secret_ttl_seconds > 0),
        secret_until timestamptz,
        retry_until timestamptz NOT NULL,
        check_until timestamptz NOT NULL,
        code text,
        params jsonb NOT NULL DEFAULT '{}',
        diagnostic text,
        changed boolean,
        may_have_changed boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now(),
        settled_at timestamptz,
        CHECK (sealed_secret IS NULL OR secret_until IS NOT NULL),
        CHECK (sealed_secret IS NULL OR kind IN ('reset', 'change')),
        -- what ended well, or ended for good, keeps no password; only a dead letter may, for a re-run
        CHECK (sealed_secret IS NULL OR state NOT IN ('succeeded', 'refused')),
        CHECK ((settled_at IS NOT NULL) = (state IN ('succeeded', 'refused', 'failed')))
      )`)
    await runner.query(`
      CREATE UNIQUE INDEX provisioning_one_open_task_an_account ON provisioning_task (account_id)
        WHERE state IN ('queued', 'running', 'retrying', 'checking')`)
    await runner.query(`
      CREATE INDEX provisioning_task_due ON provisioning_task (run_at)
        WHERE state IN ('queued', 'running', 'retrying', 'checking')`)
    await runner.query('CREATE INDEX provisioning_task_of_request ON provisioning_task (request_id, id)')
    await runner.query(`
      CREATE INDEX provisioning_task_secret_end ON provisioning_task (secret_until) WHERE sealed_secret IS NOT NULL`)

    // One execution. The row is committed before the directory is called, so a write that nobody answered for is found.
    // write_until: the last moment at which the write could still be on its way; before it a read proves nothing.
    await runner.query(`
      CREATE TABLE provisioning_attempt (
        task_id uuid NOT NULL REFERENCES provisioning_task (id),
        no integer NOT NULL,
        run integer NOT NULL,
        phase text NOT NULL CHECK (phase IN ('reading', 'writing')),
        marker_before text,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        write_until timestamptz,
        probes integer NOT NULL DEFAULT 0,
        ended_at timestamptz,
        result text CHECK (result IN ('succeeded', 'refused', 'failed', 'not-applied', 'unknown')),
        code text,
        diagnostic text,
        PRIMARY KEY (task_id, no),
        CHECK (ended_at IS NULL OR result IS NOT NULL),
        CHECK (phase = 'reading' OR (marker_before IS NOT NULL AND write_until IS NOT NULL))
      )`)
    await runner.query('CREATE UNIQUE INDEX provisioning_one_open_attempt ON provisioning_attempt (task_id) WHERE ended_at IS NULL')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provisioning_attempt, provisioning_task')
  }
}
