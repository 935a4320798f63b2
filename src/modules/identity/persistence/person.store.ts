import { Injectable } from '@nestjs/common'
import type { Language } from '../../../contract/self-service.contract.js'
import type { Queryable } from '../../../platform/database/database.js'

export type PersonRow = {
  id: string
  display_name: string
  given_name: string
  family_name: string
  language: Language
  status: 'active' | 'left'
  identity_locked: boolean
  admin_locked: boolean
  login_blocked_until: Date | null
  frozen_until: Date | null
  privileged: boolean
  revision: string
}
export type AccountRow = {
  id: string
  person_id: string
  directory_id: string
  native_id: string
  login: string
  enabled: boolean
  privileged: boolean
}
export type ContactRow = {
  id: string
  person_id: string
  kind: 'mail' | 'phone'
  value: string
  verified: boolean
  behind_account: boolean
  recently_changed: boolean
}

export type MailShapeRow = { part: 'letter' | 'domain' | 'count' | 'account-domain'; value: string; weight: number }

const PERSON = `p.id, p.display_name, p.given_name, p.family_name, p.language, p.status,
  p.identity_locked_at IS NOT NULL AS identity_locked, p.admin_locked_at IS NOT NULL AS admin_locked,
  p.login_blocked_until, CASE WHEN p.frozen_until > now() THEN p.frozen_until END AS frozen_until, p.revision,
  EXISTS (SELECT FROM account a WHERE a.person_id = p.id AND a.privileged AND a.gone_at IS NULL) AS privileged`

@Injectable()
export class PersonStore {
  /** At most two rows: two are as ambiguous as two hundred. */
  findByIdentifiers(on: Queryable, values: readonly string[]): Promise<PersonRow[]> {
    return on.query<PersonRow>(
      `SELECT ${PERSON} FROM person p
       WHERE p.id IN (SELECT i.person_id FROM person_identifier i WHERE i.value = ANY ($1::text[]))
       LIMIT 2`,
      [values],
    )
  }

  async find(on: Queryable, personId: string): Promise<PersonRow | undefined> {
    const [row] = await on.query<PersonRow>(`SELECT ${PERSON} FROM person p WHERE p.id = $1`, [personId])
    return row
  }

  /** NO KEY UPDATE: stops other writers of this person, not the foreign-key checks of rows that point here. */
  async lock(on: Queryable, personId: string): Promise<PersonRow | undefined> {
    const [row] = await on.query<PersonRow>(`SELECT ${PERSON} FROM person p WHERE p.id = $1 FOR NO KEY UPDATE OF p`, [personId])
    return row
  }

  listAccounts(on: Queryable, personId: string): Promise<AccountRow[]> {
    return on.query<AccountRow>(
      `SELECT a.id, a.person_id, a.directory_id, a.native_id, a.login, a.enabled, a.privileged
       FROM account a JOIN directory d ON d.id = a.directory_id
       WHERE a.person_id = $1 AND a.gone_at IS NULL ORDER BY d.position, a.login, a.id`,
      [personId],
    )
  }

  /** A first import sets no `changed_at`, so a value that has always been there is not "changed". */
  listContacts(on: Queryable, personId: string, freshHours: number): Promise<ContactRow[]> {
    return on.query<ContactRow>(
      `SELECT id, person_id, kind, value, verified_at IS NOT NULL AS verified, behind_account,
              coalesce(changed_at > now() - make_interval(hours => $2), false) AS recently_changed
       FROM contact_point WHERE person_id = $1 ORDER BY position, id`,
      [personId, freshHours],
    )
  }

  /**
   * How the mail contacts that can carry a reset are spread over the active people: first letters, domains, contacts a
   * person; and the domains of mailboxes behind accounts. Most frequent first; a value with a tie in its order, so that the
   * same people give the same answer.
   */
  mailShape(on: Queryable, mostValues: number): Promise<MailShapeRow[]> {
    return on.query<MailShapeRow>(
      `WITH mail AS (
         SELECT c.person_id, left(c.value, 1) AS letter, split_part(c.value, '@', -1) AS domain, c.behind_account
         FROM contact_point c JOIN person p ON p.id = c.person_id
         WHERE c.kind = 'mail' AND c.verified_at IS NOT NULL AND p.status = 'active'),
       offered AS (SELECT * FROM mail WHERE NOT behind_account),
       counted AS (
         SELECT 'letter' AS part, letter AS value, count(*)::int AS weight FROM offered GROUP BY letter
         UNION ALL SELECT 'domain', domain, count(*)::int FROM offered GROUP BY domain
         UNION ALL SELECT 'account-domain', domain, count(*)::int FROM mail WHERE behind_account GROUP BY domain
         UNION ALL SELECT 'count', n::text, count(*)::int FROM (SELECT count(*) AS n FROM offered GROUP BY person_id) each GROUP BY n),
       ranked AS (SELECT part, value, weight, row_number() OVER (PARTITION BY part ORDER BY weight DESC, value) AS rank FROM counted)
       SELECT part, value, weight FROM ranked WHERE rank <= $1 ORDER BY part, rank`,
      [mostValues],
    )
  }
}
