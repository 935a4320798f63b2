import type { TestApp, TestPerson } from './test-app.js'

/** What the tables say, as their owner sees them: for counting what happened, not for deciding what should. */
export type TaskRow = { id: string; state: string; code: string | null; kept: boolean }

/** Passwords that really were written into the directory since the account was made. */
export async function passwordWrites(app: TestApp, person: TestPerson, position = 0): Promise<number> {
  const [row] = await app.test.owner.query<{ writes: number }>(
    'SELECT (password_marker - 1)::int AS writes FROM local_account WHERE id = $1', [person.nativeIds[position]],
  )
  return row!.writes
}

export function tasksOf(app: TestApp, person: Pick<TestPerson, 'id'>): Promise<TaskRow[]> {
  return app.test.owner.query<TaskRow>(
    'SELECT id, state, code, sealed_secret IS NOT NULL AS kept FROM provisioning_task WHERE person_id = $1 ORDER BY created_at, id', [person.id],
  )
}

export async function auditCount(app: TestApp, person: Pick<TestPerson, 'id'>, action: string): Promise<number> {
  const [row] = await app.test.owner.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM audit_entry WHERE person_id = $1 AND action = $2', [person.id, action],
  )
  return row!.count
}

export async function accountIds(app: TestApp, person: Pick<TestPerson, 'id'>): Promise<string[]> {
  const rows = await app.test.owner.query<{ id: string }>(
    `SELECT a.id FROM account a JOIN directory d ON d.id = a.directory_id WHERE a.person_id = $1 ORDER BY d.position`, [person.id],
  )
  return rows.map(({ id }) => id)
}
