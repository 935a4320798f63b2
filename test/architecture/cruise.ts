import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'

export type Violation = { rule: string; from: string; to: string }
export type Cruise = { violations: Violation[]; modules: string[]; dependencies: number }

const here = join(process.cwd(), 'test/architecture')
const RULES = join(here, 'import-rules.cjs')

export type Rule = { name: string; from: { path?: string | string[] }; to: { path?: string } }
export const importRules = (createRequire(join(here, 'x.js'))(RULES) as { forbidden: Rule[] }).forbidden

/** Runs dependency-cruiser in a process of its own over these folders of `root`. */
export async function cruise(root: string, folders: string[]): Promise<Cruise> {
  const cli = join(process.cwd(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const child = spawn(process.execPath, [cli, '--config', RULES, '--output-type', 'json', ...folders], { cwd: root })
  let output = ''
  let complaints = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  await new Promise((ended) => child.on('close', ended))
  if (!output.startsWith('{')) throw new Error(`dependency-cruiser said nothing usable: ${complaints}`)
  const { modules, summary } = JSON.parse(output) as {
    modules: { source: string }[]
    summary: { violations: { from: string; to: string; rule: { name: string } }[]; totalDependenciesCruised: number }
  }
  return {
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    modules: modules.map(({ source }) => source),
    dependencies: summary.totalDependenciesCruised,
  }
}
