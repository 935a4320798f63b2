import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'

/** What is wrong with the file, by the names of its members; never a value. */
export class DirectoryFileRefused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'DirectoryFileRefused'
  }
}

/** One directory as an operator writes it down. `{"file": "…"}` stands for what is in that file: so every secret is given. */
const DirectoryFile = z.object({
  kind: z.string().min(1).max(40),
  /** What people call it; the name by which it is found again. */
  name: z.string().trim().min(1).max(80),
  description: z.string().max(400).default(''),
  signIn: z.boolean().default(false),
  enabled: z.boolean().default(true),
  position: z.number().int().min(0).max(1_000).default(0),
  settings: z.record(z.string(), z.unknown()),
}).strict()

const InFile = z.object({ file: z.string().min(1) }).strict()

export type DescribedDirectory = Omit<z.infer<typeof DirectoryFile>, 'settings'> & {
  readonly settings: Readonly<Record<string, unknown>>
  /** Names of the settings that came from files of their own. */
  readonly fromFiles: ReadonlySet<string>
}

/** Paths in it are relative to itself, so that a folder with it and its secrets can lie anywhere. */
export async function readDirectoryFile(path: string): Promise<DescribedDirectory> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DirectoryFileRefused(`${path} cannot be read: ${error.code}`)
  })
  const { settings: written, ...directory } = parsed(path, text)
  const settings: Record<string, unknown> = {}
  const fromFiles = new Set<string>()
  for (const [name, value] of Object.entries(written)) {
    const elsewhere = InFile.safeParse(value)
    settings[name] = elsewhere.success ? await contentOf(name, resolve(dirname(path), elsewhere.data.file)) : value
    if (elsewhere.success) fromFiles.add(name)
  }
  return { ...directory, settings, fromFiles }
}

function parsed(path: string, text: string): z.infer<typeof DirectoryFile> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new DirectoryFileRefused(`${path} is not JSON`) // the parser's own words would quote what is there
  }
  const answer = DirectoryFile.safeParse(json)
  if (answer.success) return answer.data
  throw new DirectoryFileRefused(answer.error.issues.map((issue) => `${issue.path.join('.') || path}: ${issue.message}`).join('; '))
}

/** Without the line end that editors and `echo` put there. */
async function contentOf(name: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new DirectoryFileRefused(`settings.${name}: ${path} cannot be read: ${error.code}`)
  })
  const content = text.replace(/\r?\n$/, '')
  if (content === '') throw new DirectoryFileRefused(`settings.${name}: ${path} is empty`)
  return content
}
