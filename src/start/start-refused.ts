import { ConfigurationError } from '../config/environment.js'
import { MasterKeyError } from '../platform/crypto/master-key-file.js'
import { DataDirectoryInUse } from '../platform/database/embedded-postgres.js'
import { AppRoleTooPowerful } from '../platform/database/grants.js'
import { WrongInstallMode } from '../platform/database/install-stamp.js'

/** The start ends here for a reason that is nobody's bug; the message says what to do. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StartRefused'
  }
}

const REFUSALS = [StartRefused, ConfigurationError, MasterKeyError, DataDirectoryInUse, AppRoleTooPowerful, WrongInstallMode]

/** Answers of Postgres or of the way there, before anything is served. The texts hold no URL and no password. */
const DATABASE_CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at the address in DATABASE_URL',
  ENOTFOUND: 'the host in DATABASE_URL is not known',
  ETIMEDOUT: 'the host in DATABASE_URL does not answer',
  '28P01': 'the database refuses the password of the role in the URL',
  '28000': 'the database refuses the role in the URL',
  '3D000': 'the database in the URL does not exist',
}

/** What to print for an expected refusal, or null for a mistake of ours, which needs its stack. */
export function refusalOf(error: unknown): string | null {
  if (REFUSALS.some((kind) => error instanceof kind)) return (error as Error).message
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? (DATABASE_CODES[code] ?? null) : null
}
