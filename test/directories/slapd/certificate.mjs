import { randomUUID } from 'node:crypto'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * An authority of our own and a certificate of it for these names, so that clients verify for real. Answers the files and
 * the PEM of the authority.
 * @param {string} folder @param {string[]} names as openssl writes them: DNS:…, IP:…
 */
export async function issueCertificate(folder, names) {
  const at = (name) => join(folder, name)
  const openssl = (...args) => run('openssl', args, { cwd: folder })
  await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650', '-subj', `/CN=Latchkey test authority ${randomUUID()}`,
    '-keyout', 'ca.key', '-out', 'ca.pem', '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign')
  await openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${names[0].split(':')[1]}`, '-keyout', 'key.pem', '-out', 'request.pem')
  await writeFile(at('extensions.cnf'), `subjectAltName=${names.join(',')}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`)
  await openssl('x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '3650', '-extfile', 'extensions.cnf', '-out', 'cert.pem')
  return { ca: await readFile(at('ca.pem'), 'utf8'), caFile: at('ca.pem'), certFile: at('cert.pem'), keyFile: at('key.pem') }
}
