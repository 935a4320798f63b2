// Runs the bundled victim from V8's compiled code when it lies beside it; with "keep-code" leaves it there and ends.
const { readFileSync, writeFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const BUNDLE = join(process.cwd(), 'test/.artifacts/victim/victim-main.cjs')
const CODE = `${BUNDLE}.code`
const keep = process.argv[2] === 'keep-code'
if (keep) process.send = () => {}

const cachedData = keep ? undefined : readFileSync(CODE)
const script = new Script(Module.wrap(readFileSync(BUNDLE, 'utf8')), { filename: BUNDLE, cachedData })
if (script.cachedDataRejected) throw new Error('the compiled code is of another Node: build the victim again')
const module_ = { exports: {} }
script.runInThisContext().call(module_.exports, module_.exports, Module.createRequire(BUNDLE), module_, BUNDLE, dirname(BUNDLE))
if (keep) {
  writeFileSync(CODE, script.createCachedData())
  process.exit(0)
}
