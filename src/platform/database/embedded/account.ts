import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The Unix account that Postgres runs under; null: our own. Postgres refuses to run as root. */
export type UnixAccount = { readonly name: string; readonly uid: number; readonly gid: number }

export const runningAsRoot = (): boolean => process.getuid?.() === 0

/**
 * As root: the owner of the existing files, so that a restart never changes hands, else an account that every system
 * has. Nothing is created, because `useradd` is not everywhere; initdb only asks that the uid has a passwd entry.
 */
export async function serverAccount(existingData: string): Promise<UnixAccount | null> {
  if (!runningAsRoot()) return null
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  const owner = await stat(existingData).then(({ uid }) => uid, () => 0)
  const found =
    accounts.find(({ uid }) => owner !== 0 && uid === owner)
    ?? ['latchkey', 'postgres', 'nobody'].map((name) => accounts.find((account) => account.name === name)).find(Boolean)
    ?? accounts.find(({ uid }) => uid > 0)
  if (!found) throw new Error('Postgres does not run as root and /etc/passwd names no other account; set DATABASE_URL instead')
  return found
}

function parsePasswd(text: string): UnixAccount[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid && Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

/** Whether the account may walk down to `path`: a data directory below a 0700 home is of no use to it. */
export async function canReach(path: string, account: UnixAccount | null): Promise<boolean> {
  if (!account) return true
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => null)
    if (found) {
      const bit = found.uid === account.uid ? 0o100 : found.gid === account.gid ? 0o010 : 0o001
      if (found.isDirectory() && (found.mode & bit) === 0) return false
    }
    if (at === dirname(at)) return true
  }
}
