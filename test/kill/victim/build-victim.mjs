import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'

const LOADER = join(process.cwd(), 'test/kill/victim/load-victim.cjs')

/**
 * One file of the built product and its packages, with V8's compiled code beside it: it loads in a fifth of the processor
 * time of a thousand small files, and a kill trial is mostly loading. What finds its neighbours by its own address (worker
 * threads, native parts) stays out. Answers the arguments to fork it with.
 */
export async function buildVictim() {
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true, external: ['@node-rs/argon2'] },
    build: {
      ssr: 'test/kill/victim/victim-main.mjs',
      outDir: 'test/.artifacts/victim',
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rolldownOptions: {
        // Optional companions of Nest and TypeORM that are not installed.
        external: [/\.node$/, ...OPTIONAL],
        output: { entryFileNames: 'victim-main.cjs', format: 'cjs', codeSplitting: false },
      },
    },
  })
  // The first process leaves the compiled code of all that it ran to those that follow.
  await promisify(execFile)(process.execPath, [LOADER, 'keep-code'])
  return LOADER
}

const OPTIONAL = [
  /^@nestjs\/(websockets|microservices)/, 'class-validator', 'class-transformer', 'pg-native', 'pg-query-stream', /^mysql/,
  /sqlite/, 'mongodb', 'mssql', 'oracledb', 'redis', 'ioredis', 'sql.js', /^@google-cloud/, /^@sap/, 'hdb-pool',
  'typeorm-aurora-data-api-driver',
]
