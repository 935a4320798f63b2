import type { Queryable } from './database.js'

type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'

const EVERYTHING: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
const APPEND_ONLY: readonly Right[] = ['SELECT', 'INSERT']
const READ_ONLY: readonly Right[] = ['SELECT']

/** Tables of the trail: nothing the serving process can do changes or removes a row of them. */
const APPEND_ONLY_PREFIX = 'audit_'

/** What differs from the rule "audit_* is append-only, the rest is the app's own". */
const EXCEPTIONS: Readonly<Record<string, readonly Right[]>> = {
  // Destroying a person's key is how a person is erased from the trail (decisions.md 12). It is never changed.
  audit_person_key: ['SELECT', 'INSERT', 'DELETE'],
  // One row of state (who sequences, when it last ran); it proves nothing and nothing is verified by it.
  audit_heartbeat: ['SELECT', 'INSERT', 'UPDATE'],
  schema_migration: READ_ONLY,
  install: READ_ONLY,
  install_epoch: ['SELECT', 'INSERT', 'DELETE'],
}

export function rightsOn(table: string): readonly Right[] {
  return EXCEPTIONS[table] ?? (table.startsWith(APPEND_ONLY_PREFIX) ? APPEND_ONLY : EVERYTHING)
}

/** Gives the app role exactly the rights of the list. Runs as the owner, after the migrations, in one transaction. */
export async function grantToApp(tx: Queryable, appRole: string): Promise<void> {
  const [names] = await tx.query<{ role: string; database: string; hasCalendar: boolean }>(
    `SELECT quote_ident($1) AS role, quote_ident(current_database()) AS database, to_regnamespace('pgboss') IS NOT NULL AS "hasCalendar"`, [appRole])
  const { role, database, hasCalendar } = names!
  const tables = await tx.query<{ name: string; quoted: string; isView: boolean }>(
    `SELECT relname AS name, quote_ident(relname) AS quoted, relkind IN ('v', 'm') AS "isView" FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') ORDER BY relname`)
  const statements = [
    `GRANT CONNECT ON DATABASE ${database} TO ${role}`,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    `GRANT USAGE ON SCHEMA public TO ${role}`,
    `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, ${role}`,
    `REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, ${role}`,
    `GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
    ...tables.map(({ name, quoted, isView }) =>
      `GRANT ${(isView ? READ_ONLY : rightsOn(name)).join(', ')} ON ${quoted} TO ${role}`),
  ]
  await tx.query([...statements, ...(hasCalendar ? calendarGrants(role) : [])].join(';\n'))
}

/**
 * The calendar (pg-boss) works in a schema of its own, whose tables are the owner's. What makes tables there is not the
 * serving role's to call, but for one function that makes queues of directories and nothing else.
 */
const calendarGrants = (role: string): string[] => [
  `GRANT USAGE ON SCHEMA pgboss TO ${role}`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA pgboss TO ${role}`,
  `GRANT EXECUTE ON FUNCTION import_queue(uuid, text) TO ${role}`,
]

/** The serving role could change the trail: the start is refused (decisions.md 2). */
export class AppRoleTooPowerful extends Error {
  constructor(readonly findings: readonly string[]) {
    super(`the database role that serves may do too much: ${findings.join('; ')}`)
    this.name = 'AppRoleTooPowerful'
  }
}

/**
 * Asks Postgres what the connected role could do, counting what it inherits or may become. A superuser, an owner of the
 * tables or their schema, or a role that may change the trail is refused.
 */
export async function assertAppRoleIsModest(on: Queryable): Promise<void> {
  const [role] = await on.query<Record<'superuser' | 'createsRoles' | 'replicates' | 'ownsSchema', boolean>>(
    `SELECT bool_or(rolsuper) AS superuser, bool_or(rolcreaterole) AS "createsRoles",
            bool_or(rolreplication OR rolbypassrls) AS replicates,
            (SELECT pg_has_role(nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = 'public') AS "ownsSchema"
       FROM pg_roles WHERE pg_has_role(oid, 'MEMBER')`)
  const tables = await on.query<Record<'owns' | 'update' | 'delete' | 'truncate' | 'trigger', boolean> & { name: string }>(
    `SELECT relname AS name, pg_has_role(relowner, 'MEMBER') AS owns,
            has_any_column_privilege(oid, 'UPDATE') AS update, has_table_privilege(oid, 'DELETE') AS delete,
            has_table_privilege(oid, 'TRUNCATE') AS truncate, has_table_privilege(oid, 'TRIGGER') AS trigger
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`)
  const findings = [
    ...(role?.superuser ? ['it is a superuser'] : []),
    ...(role?.createsRoles ? ['it may create roles'] : []),
    ...(role?.replicates ? ['it may replicate or bypass row security'] : []),
    ...(role?.ownsSchema ? ['it owns the schema or the database'] : []),
    ...tables.filter(({ owns }) => owns).map(({ name }) => `it owns ${name}`),
    ...tables.filter(({ name }) => name.startsWith(APPEND_ONLY_PREFIX)).flatMap((table) => tooMuchOn(table)),
  ]
  if (findings.length > 0) throw new AppRoleTooPowerful(findings)
}

function tooMuchOn(table: Record<'update' | 'delete' | 'truncate' | 'trigger', boolean> & { name: string }): string[] {
  const allowed = rightsOn(table.name)
  const held = {
    UPDATE: table.update && !allowed.includes('UPDATE'),
    DELETE: table.delete && !allowed.includes('DELETE'),
    TRUNCATE: table.truncate,
    TRIGGER: table.trigger, // a trigger can undo an insert without a trace
  }
  return Object.entries(held).filter(([, tooMuch]) => tooMuch).map(([right]) => `it has ${right} on ${table.name}`)
}
