import react from '@vitejs/plugin-react'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { assertComplete } from './catalogue-check.js'
import { startFile, START_LANGUAGES } from './start-files.js'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  resolve: { alias: { '@contract': here('../src/contract') } },
  plugins: [react(), completeTexts(), startFiles(), precompress()],
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // One sheet: every page needs most of it, and a request costs more than its bytes.
    cssCodeSplit: false,
    // A small asset as a data: URI would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // A machine that does other things as well is no news for whoever starts the product.
      checks: { bundlerTimings: false },
      output: {
        comments: false,
        // Every page but the first in one chunk: it is fetched while the first is being filled in, in one request.
        codeSplitting: true,
      },
    },
  },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': 'http://127.0.0.1:3000' } },
})

/** Before anything is bundled: a build that failed later would report what the other plugins miss in it. */
function completeTexts(): Plugin {
  return { name: 'latchkey:complete-texts', apply: 'build', configResolved: () => assertComplete() }
}

/** One start file a language beside index.html, which is the English one; the server picks (src/platform/http/web-files.ts). */
function startFiles(): Plugin {
  return {
    name: 'latchkey:start-files',
    transformIndexHtml: (html) => startFile(html, 'en'),
    async writeBundle({ dir = '.' }) {
      const english = await readFile(join(dir, 'index.html'), 'utf8')
      await Promise.all(START_LANGUAGES.map((language) =>
        writeFile(join(dir, `index.${language}.html`), startFile(english, language))))
    },
  }
}

/** Writes .gz and .br beside every file worth it, once at the build, so that serving them costs no processor time. */
function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'latchkey:precompress',
    apply: 'build',
    configResolved: (config) => void (outDir = config.build.outDir),
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(names.filter((name) => /\.(html|js|css|svg)$/.test(name)).map((name) => compress(join(outDir, name))))
    },
  }
}

async function compress(file: string): Promise<void> {
  const plain = await readFile(file)
  const [small, smaller] = await Promise.all([
    promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }),
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
  ])
  await Promise.all([writeFile(`${file}.gz`, small), writeFile(`${file}.br`, smaller)])
}
