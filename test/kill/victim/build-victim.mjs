import { join } from 'node:path'
import { build } from 'vite'

export const VICTIM = join(process.cwd(), 'test/.artifacts/victim/victim-main.mjs')

/**
 * One file of the built product and its packages: it loads in a third of the processor time of a thousand small files,
 * and a kill trial is mostly loading. What finds its neighbours by its own address (worker threads, native parts) stays out.
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
        external: [/\/dist\/src\/integrations\//, /\.node$/, ...OPTIONAL],
        output: { entryFileNames: 'victim-main.mjs', format: 'esm', codeSplitting: false },
      },
    },
  })
  return VICTIM
}

const OPTIONAL = [
  /^@nestjs\/(websockets|microservices)/, 'class-validator', 'class-transformer', 'pg-native', 'pg-query-stream', /^mysql/,
  /sqlite/, 'mongodb', 'mssql', 'oracledb', 'redis', 'ioredis', 'sql.js', /^@google-cloud/, /^@sap/, 'hdb-pool',
  'typeorm-aurora-data-api-driver',
]
