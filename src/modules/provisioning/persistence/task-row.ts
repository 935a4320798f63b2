/** A task as the table holds it. Every statement names exactly these columns. */
export type TaskRow = {
  id: string
  kind: string
  origin: string
  state: string
  request_id: string
  person_id: string
  account_id: string
  directory_id: string
  directory_name: string
  directory_position: number
  native_id: string
  login: string
  must_change: boolean
  actor_kind: 'person' | 'operator' | 'system'
  actor_id: string | null
  correlation_id: string
  runs: number
  attempts: number
  failures: number
  secret_until: Date | null
  has_secret: boolean
  retry_until: Date
  check_until: Date
  code: string | null
  params: Record<string, string | number | boolean>
  diagnostic: string | null
  changed: boolean | null
  may_have_changed: boolean
  created_at: Date
  settled_at: Date | null
}

/** A password past its time does not count as there, even in the seconds before the purge erases it. */
const HAS_SECRET = (of: string): string => `(${of}.sealed_secret IS NOT NULL AND ${of}.secret_until > now()) AS has_secret`

const PLAIN = [
  'id', 'kind', 'origin', 'state', 'request_id', 'person_id', 'account_id', 'directory_id', 'directory_name',
  'directory_position', 'native_id', 'login', 'must_change', 'actor_kind', 'actor_id', 'correlation_id', 'runs', 'attempts', 'failures', 'secret_until', 'retry_until', 'check_until',
  'code', 'params', 'diagnostic', 'changed', 'may_have_changed', 'created_at', 'settled_at',
] as const satisfies readonly (keyof TaskRow)[]

export const taskColumns = (of: string): string[] => [...PLAIN.map((column) => `${of}.${column}`), HAS_SECRET(of)]

/** A claimed task: leased to this worker under `fence`. */
export type ClaimedRow = TaskRow & {
  fence: number
  prior_state: string
  sealed_secret: Buffer | null
  /** The time for tries by itself is over. */
  past_retry: boolean
  /** The time for asking is over: what is not known now stays unknown. */
  past_check: boolean
}
