import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Seconds since `from` (a performance.now()), one decimal. */
export const secondsSince = (from) => ((performance.now() - from) / 1000).toFixed(1)

/** What has reported its end and still runs after this long has left something open, and would never end. */
const ENDS_WITHIN_MS = 30_000

/**
 * Runs one command to its end or its time limit and answers how it went; never throws. Quiet steps run side by side, so
 * their output is kept and shown in one piece when they fail; loud ones own the terminal. `report` is a file that the
 * command writes as the last thing it does.
 */
export function runStep(name, command, args, { quiet = false, env = {}, limitSeconds = 600, report } = {}) {
  const started = performance.now()
  return new Promise((done) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      // A group of its own: what a stuck step has started ends with it.
      detached: process.platform !== 'win32',
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    let stopped
    const stop = (why) => {
      stopped = why
      endGroup(child, 'SIGKILL')
    }
    let limit = setTimeout(stop, limitSeconds * 1000, `stopped after ${limitSeconds} s`)
    const watch = report && setInterval(() => {
      if (!existsSync(report)) return
      clearInterval(watch)
      clearTimeout(limit)
      limit = setTimeout(stop, ENDS_WITHIN_MS, 'did not end after its report: something was left open')
    }, 1_000)
    const forward = () => endGroup(child, 'SIGTERM')
    process.once('SIGINT', forward)
    process.once('SIGTERM', forward)
    const finish = (code, why) => {
      clearTimeout(limit)
      clearInterval(watch)
      process.removeListener('SIGINT', forward)
      process.removeListener('SIGTERM', forward)
      const seconds = secondsSince(started)
      const failure = stopped ?? why
      if (code !== 0 && output) process.stdout.write(`\n${output}\n`)
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${failure ? `: ${failure}` : ''}`)
      done({ name, ok: code === 0, seconds: Number(seconds), output })
    }
    child.on('error', (error) => finish(1, error.message))
    child.on('close', (code, signal) => finish(code ?? 1, signal && !stopped ? `ended by ${signal}` : undefined))
  })
}

function endGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself in the meantime.
  }
}
