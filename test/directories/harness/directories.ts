import { readFileSync } from 'node:fs'
import type { SambaFacts } from '../samba/samba.mjs'
import type { SlapdFacts } from '../slapd/start-slapd.mjs'

/** The servers of this run, as the global setup started them. A test works on people of its own in them. */
export type RunningDirectories = { readonly slapd: SlapdFacts; readonly samba: SambaFacts }

export const runningDirectories = (): RunningDirectories =>
  JSON.parse(readFileSync('test/.artifacts/directories.json', 'utf8')) as RunningDirectories
