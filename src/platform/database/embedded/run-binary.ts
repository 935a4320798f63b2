import { spawn } from 'node:child_process'
import type { UnixAccount } from './account.js'

/** Nothing of our environment reaches Postgres: it has no use for it and some of it is secret. */
export const BINARY_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }

export type BinaryAnswer = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs one of Postgres' programs to its end, as the server's account. `input` never shows up in a process list. */
export function runBinary(file: string, args: string[], account: UnixAccount | null, input = ''): Promise<BinaryAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: BINARY_ENVIRONMENT,
      stdio: 'pipe',
      ...(account && { uid: account.uid, gid: account.gid }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => {}) // the program may end without reading: its exit code tells why
    child.stdin.end(input)
  })
}
