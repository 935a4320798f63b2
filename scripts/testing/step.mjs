import { spawn } from 'node:child_process'

/** Seconds since `from` (a performance.now()), one decimal. */
export const secondsSince = (from) => ((performance.now() - from) / 1000).toFixed(1)

/**
 * Runs one command to its end or its time limit and answers how it went; never throws. Quiet steps run side by side, so
 * their output is kept and shown in one piece when they fail; loud ones own the terminal.
 */
export function runStep(name, command, args, { quiet = false, env = {}, limitSeconds = 600 } = {}) {
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
    let timedOut = false
    const limit = setTimeout(() => {
      timedOut = true
      endGroup(child, 'SIGKILL')
    }, limitSeconds * 1000)
    const forward = () => endGroup(child, 'SIGTERM')
    process.once('SIGINT', forward)
    process.once('SIGTERM', forward)
    const finish = (code, why) => {
      clearTimeout(limit)
      process.removeListener('SIGINT', forward)
      process.removeListener('SIGTERM', forward)
      const seconds = secondsSince(started)
      const failure = timedOut ? `stopped after ${limitSeconds} s` : why
      if (code !== 0 && output) process.stdout.write(`\n${output}\n`)
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)${failure ? `: ${failure}` : ''}`)
      done({ name, ok: code === 0, seconds: Number(seconds), output })
    }
    child.on('error', (error) => finish(1, error.message))
    child.on('close', (code, signal) => finish(code ?? 1, signal && !timedOut ? `ended by ${signal}` : undefined))
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
