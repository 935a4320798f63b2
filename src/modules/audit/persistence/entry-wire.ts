/**
 * The columns of audit_entry in the order of the canonical form, as they are sent: ids, times and UUIDs as numbers, which become
 * text on our side, since having Postgres print them costs it more than finding them; jsonb as the text that it prints, behind
 * a byte of its version.
 */
export const WIRE_FIELDS = [
  ['id', 'int8'], ['tx', 'int8'], ['at', 'instant'], ['action', 'bytes'], ['outcome', 'bytes'], ['channel', 'bytes'],
  ['correlation_id', 'bytes'], ['actor_kind', 'bytes'], ['actor_id', 'bytes'], ['person_id', 'uuid'], ['account_id', 'uuid'],
  ['directory_id', 'uuid'], ['request_id', 'bytes'], ['task_id', 'uuid'], ['attempt_no', 'int4'], ['method', 'bytes'],
  ['error_code', 'bytes'], ['facts', 'jsonb'], ['personal', 'bytes'], ['identifier_hash', 'bytes'],
] as const
export type WireKind = (typeof WIRE_FIELDS)[number][1]

/** The version of the form last: it is no part of it. */
export const WIRE_COLUMNS = `${WIRE_FIELDS.map(([column]) => `e.${column}`).join(', ')}, e.hash_version`
export const WIRE_COLUMN_COUNT = WIRE_FIELDS.length + 1
