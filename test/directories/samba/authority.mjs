import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A certificate authority of its own in `folder` and one server certificate for these names, so that clients verify for
 * real. With openssl, because the harness runs before anything is compiled. Answers the paths and the authority's PEM.
 */
export async function issueCertificate(folder, names) {
  await mkdir(folder, { recursive: true })
  const at = (name) => join(folder, name)
  const openssl = (...args) => run('openssl', args)
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await openssl('req', '-x509', ...newKey, '-days', '3650', '-subj', '/CN=Latchkey directory test CA', '-keyout', at('ca.key'),
    '-out', at('ca.pem'), '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  await openssl('req', ...newKey, '-subj', `/CN=${names[0]}`, '-keyout', at('key.pem'), '-out', at('request.pem'))
  const alternatives = names.map((name) => (/^\d+(\.\d+){3}$/.test(name) ? `IP:${name}` : `DNS:${name}`))
  await writeFile(at('extensions.cnf'), `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`)
  await openssl('x509', '-req', '-in', at('request.pem'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '3650',
    '-extfile', at('extensions.cnf'), '-out', at('cert.pem'))
  await Promise.all(['key.pem', 'ca.key'].map((name) => chmod(at(name), 0o600)))
  return { caFile: at('ca.pem'), certFile: at('cert.pem'), keyFile: at('key.pem'), ca: await readFile(at('ca.pem'), 'utf8') }
}
