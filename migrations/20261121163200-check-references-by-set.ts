import type { MigrationInterface, QueryRunner } from 'typeorm'

type Reference = { readonly child: string; readonly column: string; readonly parent: string; readonly deleted: 'refused' | 'children-too' }

/** Five of the six rows that an import writes for a person refer to another one, and each reference was asked about by itself. */
const REFERENCES: readonly Reference[] = [
  { child: 'account', column: 'person_id', parent: 'person', deleted: 'refused' },
  { child: 'account', column: 'directory_id', parent: 'directory', deleted: 'refused' },
  { child: 'contact_point', column: 'person_id', parent: 'person', deleted: 'refused' },
  { child: 'person_identifier', column: 'person_id', parent: 'person', deleted: 'refused' },
  { child: 'account_key', column: 'account_id', parent: 'account', deleted: 'children-too' },
]
const PARENTS = [...new Set(REFERENCES.map(({ parent }) => parent))]
const nameOf = ({ child, column }: Reference): string => `${child}_${column}_fkey`

/**
 * Postgres checks a foreign key row by row, and locks the row referred to each time: 40 % of the time of a first import. Here
 * the same is asked once a statement for all its rows, with the same locks, and with none on rows that this very transaction
 * made, which nobody else can see, let alone take away. The guarantee is that of the keys:
 *   - a row cannot be written that refers to nothing, also not while the other one is being deleted (FOR KEY SHARE waits);
 *   - what is referred to cannot be deleted (or takes its own with it), and its id never changes.
 * Each row asks its own subquery, which is always one look into the primary key: as a join Postgres might read the whole
 * table, by a plan that it made when that was small and keeps for the life of a connection.
 */
export class CheckReferencesBySet20261121163200 implements MigrationInterface {
  name = 'CheckReferencesBySet20261121163200'

  async up(runner: QueryRunner): Promise<void> {
    for (const reference of REFERENCES) {
      await runner.query(`ALTER TABLE ${reference.child} DROP CONSTRAINT ${nameOf(reference)}`)
      await runner.query(insertedInto(reference))
      await runner.query(changedIn(reference))
      await runner.query(deletedFrom(reference))
    }
    await runner.query(`
      CREATE FUNCTION id_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE foreign_key_violation USING MESSAGE = format('the id of a row of table "%s" never changes', TG_TABLE_NAME), TABLE = TG_TABLE_NAME;
      END $$`)
    for (const parent of PARENTS) {
      await runner.query(`
        CREATE TRIGGER ${parent}_id_stays BEFORE UPDATE OF id ON ${parent}
          FOR EACH ROW WHEN (OLD.id IS DISTINCT FROM NEW.id) EXECUTE FUNCTION id_stays()`)
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const parent of PARENTS) await runner.query(`DROP TRIGGER ${parent}_id_stays ON ${parent}`)
    await runner.query('DROP FUNCTION id_stays()')
    for (const reference of REFERENCES) {
      const { child, column, parent, deleted } = reference
      const name = nameOf(reference)
      await runner.query(`DROP TRIGGER ${name}_inserted ON ${child}`)
      await runner.query(`DROP TRIGGER ${name}_changed ON ${child}`)
      await runner.query(`DROP TRIGGER ${name}_deleted ON ${parent}`)
      await runner.query(`DROP FUNCTION ${name}_inserted(), ${name}_changed(), ${name}_deleted()`)
      await runner.query(`
        ALTER TABLE ${child} ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES ${parent} (id)
          ${deleted === 'children-too' ? 'ON DELETE CASCADE' : ''}`)
    }
  }
}

const PLANS = 'SET search_path = public, pg_temp SET enable_seqscan = off'

const violation = (reference: Reference, value: string): string =>
  `RAISE foreign_key_violation USING
      MESSAGE = 'insert or update on table "${reference.child}" violates foreign key constraint "${nameOf(reference)}"',
      DETAIL = format('Key (${reference.column})=(%s) is not present in table "${reference.parent}".', ${value}),
      TABLE = '${reference.child}', CONSTRAINT = '${nameOf(reference)}'`

/** Those of this transaction first: mostly that is all. xmin is the transaction that made a row. */
function insertedInto(reference: Reference): string {
  const { child, column, parent } = reference
  const name = `${nameOf(reference)}_inserted`
  return `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql ${PLANS} AS $$
    DECLARE
      mine xid := pg_current_xact_id()::xid;
      missing uuid;
    BEGIN
      IF EXISTS (SELECT FROM added a WHERE a.${column} IS NOT NULL
                   AND (SELECT p.xmin FROM ${parent} p WHERE p.id = a.${column}) IS DISTINCT FROM mine) THEN
        PERFORM FROM (SELECT DISTINCT a.${column} AS id FROM added a) wanted
          CROSS JOIN LATERAL (SELECT FROM ${parent} p WHERE p.id = wanted.id FOR KEY SHARE) locked;
        SELECT a.${column} INTO missing FROM added a
          WHERE a.${column} IS NOT NULL AND (SELECT p.id FROM ${parent} p WHERE p.id = a.${column}) IS NULL LIMIT 1;
        IF FOUND THEN
          ${violation(reference, 'missing')};
        END IF;
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER ${name} AFTER INSERT ON ${child} REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`
}

function changedIn(reference: Reference): string {
  const { child, column, parent } = reference
  const name = `${nameOf(reference)}_changed`
  return `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql ${PLANS} AS $$
    BEGIN
      PERFORM FROM ${parent} p WHERE p.id = NEW.${column} FOR KEY SHARE;
      IF NOT FOUND THEN
        ${violation(reference, `NEW.${column}`)};
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER ${name} AFTER UPDATE OF ${column} ON ${child} FOR EACH ROW
      WHEN (NEW.${column} IS NOT NULL AND NEW.${column} IS DISTINCT FROM OLD.${column}) EXECUTE FUNCTION ${name}()`
}

/** Runs after the rows are gone and locked by this: whoever was about to refer to them has committed by now, or finds nothing. */
function deletedFrom(reference: Reference): string {
  const { child, column, parent, deleted } = reference
  const name = `${nameOf(reference)}_deleted`
  const work = deleted === 'children-too'
    ? `DELETE FROM ${child} c WHERE c.${column} IN (SELECT r.id FROM removed r);`
    : `SELECT r.id INTO kept FROM removed r WHERE (SELECT c.${column} FROM ${child} c WHERE c.${column} = r.id LIMIT 1) IS NOT NULL LIMIT 1;
      IF FOUND THEN
        RAISE foreign_key_violation USING
          MESSAGE = 'update or delete on table "${parent}" violates foreign key constraint "${nameOf(reference)}" on table "${child}"',
          DETAIL = format('Key (id)=(%s) is still referenced from table "${child}".', kept),
          TABLE = '${child}', CONSTRAINT = '${nameOf(reference)}';
      END IF;`
  return `
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql ${PLANS} AS $$
    DECLARE
      kept uuid;
    BEGIN
      ${work}
      RETURN NULL;
    END $$;
    CREATE TRIGGER ${name} AFTER DELETE ON ${parent} REFERENCING OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`
}
