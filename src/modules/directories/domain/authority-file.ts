import { readFile } from 'node:fs/promises'
import { ConnectorError } from './connector.js'

/** The authority of a directory's certificates, from the settings or the file they name. Null: those that are known everywhere. */
export async function authorityOf({ ca, caFile }: { readonly ca: string | null; readonly caFile: string | null }): Promise<string | null> {
  if (caFile === null) return ca
  const text = await readFile(caFile, 'utf8').catch(() => '')
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new ConnectorError('bad-credentials', `caFile: no certificate can be read from ${caFile}`)
  return text
}
