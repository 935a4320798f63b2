import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

export type SourceFile = { path: string; text: string; lines: number }

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.artifacts', '.cache'])

/** Every file below these folders of the repository whose name fits, with its text. */
export async function readFiles(folders: string[], name: RegExp): Promise<SourceFile[]> {
  const paths = (await Promise.all(folders.map((folder) => walk(join(process.cwd(), folder))))).flat()
  return Promise.all(paths.filter((path) => name.test(path)).sort().map(async (path) => {
    const text = await readFile(path, 'utf8')
    return { path: relative(process.cwd(), path), text, lines: text.split('\n').length - 1 }
  }))
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const inside = await Promise.all(entries.filter(({ name }) => !SKIPPED.has(name)).map((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? walk(path) : [path]
  }))
  return inside.flat()
}

export async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

const FORBIDDEN_WORDS = /^(utils?|helpers?|common|misc|managers?|base)$/
/** Names of things that end in a number by themselves. */
const NUMBERED_THINGS = /(argon2|oauth2|sha256|base64|x509|saml2|ed25519|e2e)$/

/** What is wrong with the name of a file or folder on this path, or nothing. Names say what is inside. */
export function nameFault(path: string): string | undefined {
  for (const part of path.split('/')) {
    const stem = part.replace(/\..*$/, '')
    const words = stem.split('-')
    if (words.length === 1 && FORBIDDEN_WORDS.test(stem)) return `${part}: says nothing about what is inside`
    if (/^base-/.test(stem) || /-(utils?|helpers?|manager)$/.test(stem)) return `${part}: says nothing about what is inside`
    if (/\d$/.test(stem) && !/^\d+$/.test(stem) && !NUMBERED_THINGS.test(stem)) return `${part}: a numbered name`
  }
  return undefined
}

const ANY_DOORS: [RegExp, string][] = [
  [/\bas any\b/, 'as any'],
  [/(:|<|\||&|,)\s*any\b\s*([,;)>=|&[\]]|$)/m, ': any'],
  [/@ts-(ignore|nocheck|expect-error)/, '@ts-ignore'],
]

/** Places where the type checker was told to look away. */
export function anyDoors(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/(?!.*@ts-).*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''")
  return ANY_DOORS.filter(([pattern]) => pattern.test(pattern.source.includes('@ts-') ? text : code)).map(([, name]) => name)
}

export const unfinished = (text: string): string[] => text.match(/\b(TODO|FIXME|XXX|HACK)\b/g) ?? []
