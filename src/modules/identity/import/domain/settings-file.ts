import { readFile } from 'node:fs/promises'
import type { z } from 'zod'

/** What is wrong with a file, member by member; never a value of it. */
export class SettingsFileRefused extends Error {
  constructor(readonly reasons: readonly string[]) {
    super(reasons.join('; '))
    this.name = 'SettingsFileRefused'
  }
}

/** A file of settings, held to the same schema as a request with them. */
export async function readSettingsFile<Schema extends z.ZodType>(
  path: string, schema: Schema, prepared: (json: unknown) => unknown = (json) => json,
): Promise<z.infer<Schema>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new SettingsFileRefused([`${path} cannot be read: ${error.code}`])
  })
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw new SettingsFileRefused([`${path} is not JSON`])
  }
  const answer = schema.safeParse(prepared(json))
  if (answer.success) return answer.data
  throw new SettingsFileRefused(answer.error.issues.map((issue) => reasonOf(issue, schema)))
}

function reasonOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const at = issue.path.map(String).join('.')
  if (issue.code !== 'unrecognized_keys') return `${at || 'the file'}: ${issue.message}`
  const known = issue.path.length === 0 && 'shape' in schema ? `; known are ${Object.keys(schema.shape as object).join(', ')}` : ''
  return `${at ? `${at}: ` : ''}nobody knows ${issue.keys.join(', ')}${known}`
}
