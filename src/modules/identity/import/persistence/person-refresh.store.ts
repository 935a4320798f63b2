import { Injectable } from '@nestjs/common'
import type { Tx } from '../../../../platform/database/database.js'
import type { ContactField } from '../import-settings.js'
import { POSITION_OF_FIELD } from './import-page.store.js'

export type ContactChange = {
  readonly personId: string
  readonly change: 'added' | 'removed'
  readonly field: ContactField
  readonly kind: 'mail' | 'phone'
  readonly value: string
  readonly source: string
  readonly selfWritable: boolean
  /** Of a person or a directory that is read for the first time: no change. */
  readonly first: boolean
}

const CONTACTS = `jsonb_to_recordset(a.contacts) AS c (field text, kind text, value text, canonical text, behind boolean, self boolean)`
/** The place of a source for a field: as configured, else by the position of the directory; files know better than directories. */
const RANK = `coalesce(array_position(o.sources, a.directory_id::text), 1000 + d.position)`

/**
 * What is on record of people, made anew from what their accounts and files say. The same statements for one person and for
 * a thousand; what is already as it should be is not touched.
 */
@Injectable()
export class PersonRefreshStore {
  /** Contacts: of each field the values of the first source that has any. */
  contacts(tx: Tx, personIds: readonly string[], first: { readonly personIds: readonly string[]; readonly all: boolean }): Promise<ContactChange[]> {
    return tx.query<ContactChange>(
      `WITH said AS (
         SELECT a.person_id, c.*, 'directory:' || a.directory_id AS source, ${RANK} AS rank
         FROM account a JOIN directory d ON d.id = a.directory_id CROSS JOIN LATERAL ${CONTACTS}
         LEFT JOIN import_precedence o ON o.field = c.field
         WHERE a.person_id = ANY ($1::uuid[]) AND a.gone_at IS NULL
         UNION ALL
         SELECT s.person_id, f.field, f.kind, f.value, lower(f.value), false, false, 'csv', coalesce(array_position(o.sources, 'csv'), 0)
         FROM person_supplement s
         CROSS JOIN LATERAL (VALUES ('mobile', 'phone', s.mobile), ('secondaryMail', 'mail', s.secondary_mail)) AS f (field, kind, value)
         LEFT JOIN import_precedence o ON o.field = f.field
         WHERE s.person_id = ANY ($1::uuid[]) AND f.value IS NOT NULL),
       placed AS (SELECT *, dense_rank() OVER (PARTITION BY person_id, field ORDER BY rank) AS place FROM said),
       wanted AS MATERIALIZED (
         SELECT person_id, kind, canonical, min(value) AS value, bool_or(behind) AS behind, bool_or(self) AS self,
                (array_agg(source ORDER BY rank))[1] AS source, (array_agg(field ORDER BY field))[1] AS field
         FROM placed WHERE place = 1 GROUP BY person_id, kind, canonical),
       removed AS (
         DELETE FROM contact_point p WHERE p.person_id = ANY ($1::uuid[]) AND p.managed
           AND NOT EXISTS (SELECT FROM wanted w WHERE w.person_id = p.person_id AND w.kind = p.kind AND w.canonical = p.canonical)
         RETURNING p.person_id, p.field, p.kind, p.value, p.source, p.self_writable),
       kept AS (
         UPDATE contact_point p SET source = w.source, field = w.field, behind_account = w.behind, self_writable = w.self, value = w.value
         FROM wanted w WHERE p.managed AND w.person_id = p.person_id AND w.kind = p.kind AND w.canonical = p.canonical
           AND (p.source, p.field, p.behind_account, p.self_writable, p.value) IS DISTINCT FROM (w.source, w.field, w.behind, w.self, w.value)),
       added AS (
         INSERT INTO contact_point (id, person_id, kind, value, canonical, source, field, managed, verified_at, changed_at, self_writable,
           behind_account, position)
         SELECT gen_random_uuid(), w.person_id, w.kind, w.value, w.canonical, w.source, w.field, true, now(),
           CASE WHEN $3 OR w.person_id = ANY ($2::uuid[]) THEN NULL ELSE now() END, w.self, w.behind,
           ${POSITION_OF_FIELD}
         FROM wanted w
         WHERE NOT EXISTS (SELECT FROM contact_point p WHERE p.person_id = w.person_id AND p.kind = w.kind
                             AND (p.canonical = w.canonical OR (NOT p.managed AND lower(p.value) = w.canonical)))
         RETURNING person_id, field, kind, value, source, self_writable)
       SELECT person_id AS "personId", 'added' AS change, field, kind, value, source, self_writable AS "selfWritable",
              $3 OR person_id = ANY ($2::uuid[]) AS first FROM added
       UNION ALL
       SELECT person_id, 'removed', field, kind, value, source, self_writable, false FROM removed`,
      [personIds, first.personIds, first.all],
    )
  }

  /** What they may type to be found: login names of accounts that are there, and contacts on record. */
  async identifiers(tx: Tx, personIds: readonly string[]): Promise<void> {
    await tx.execute(
      `WITH wanted AS MATERIALIZED (
         SELECT DISTINCT a.person_id, i.value, 'login' AS kind FROM account a CROSS JOIN LATERAL unnest(a.identifiers) AS i (value)
         WHERE a.person_id = ANY ($1::uuid[]) AND a.gone_at IS NULL
         UNION
         SELECT person_id, canonical, kind FROM contact_point WHERE person_id = ANY ($1::uuid[]) AND managed),
       removed AS (
         DELETE FROM person_identifier i WHERE i.person_id = ANY ($1::uuid[]) AND i.managed
           AND NOT EXISTS (SELECT FROM wanted w WHERE w.person_id = i.person_id AND w.value = i.value AND w.kind = i.kind))
       INSERT INTO person_identifier (value, person_id, kind, managed)
       SELECT w.value, w.person_id, w.kind, true FROM wanted w
       WHERE NOT EXISTS (SELECT FROM person_identifier i WHERE i.person_id = w.person_id AND i.value = w.value AND i.kind = w.kind)
       ON CONFLICT DO NOTHING`,
      [personIds],
    )
  }

  /** Names and the like, each from the first source that has it; and the revision, which says that something of them changed. */
  async facts(tx: Tx, personIds: readonly string[]): Promise<void> {
    await tx.execute(
      `WITH chosen AS (
         SELECT DISTINCT ON (a.person_id, f.field) a.person_id, f.field, f.value
         FROM account a JOIN directory d ON d.id = a.directory_id
         CROSS JOIN LATERAL (VALUES ('displayName', a.display_name), ('givenName', a.given_name), ('familyName', a.family_name),
           ('department', a.department)) AS f (field, value)
         LEFT JOIN import_precedence o ON o.field = f.field
         WHERE a.person_id = ANY ($1::uuid[]) AND a.gone_at IS NULL AND f.value IS NOT NULL
         ORDER BY a.person_id, f.field, ${RANK}, a.id),
       facts AS (
         SELECT person_id, max(value) FILTER (WHERE field = 'displayName') AS display_name, max(value) FILTER (WHERE field = 'givenName') AS given_name,
                max(value) FILTER (WHERE field = 'familyName') AS family_name, max(value) FILTER (WHERE field = 'department') AS department
         FROM chosen GROUP BY person_id)
       UPDATE person p SET display_name = coalesce(f.display_name, p.display_name), given_name = coalesce(f.given_name, p.given_name),
         family_name = coalesce(f.family_name, p.family_name), department = f.department, revision = p.revision + 1
       FROM unnest($1::uuid[]) AS wanted (id) LEFT JOIN facts f ON f.person_id = wanted.id
       WHERE p.id = wanted.id`,
      [personIds],
    )
  }

  /** Managers are named by their place in the directory; known only when everybody has been read. */
  managers(tx: Tx, directoryId: string): Promise<number> {
    return tx.execute(
      `UPDATE person p SET manager_id = m.person_id, revision = p.revision + 1
       FROM account a JOIN account m ON m.directory_id = a.directory_id AND lower(m.dn) = lower(a.manager) AND m.gone_at IS NULL
       WHERE a.directory_id = $1 AND a.gone_at IS NULL AND a.manager IS NOT NULL AND p.id = a.person_id
         AND m.person_id IS NOT NULL AND m.person_id <> p.id AND p.manager_id IS DISTINCT FROM m.person_id`,
      [directoryId],
    )
  }
}
