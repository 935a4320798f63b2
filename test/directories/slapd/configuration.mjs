import { createHash, randomBytes } from 'node:crypto'

export const SUFFIX = 'dc=example,dc=test'
export const PLACES = {
  suffix: SUFFIX,
  peopleDn: `ou=people,${SUFFIX}`,
  /** Outside of what is delegated. */
  othersDn: `ou=others,${SUFFIX}`,
  groupsDn: `ou=groups,${SUFFIX}`,
  policiesDn: `ou=policies,${SUFFIX}`,
  adminDn: `cn=admin,${SUFFIX}`,
  bindDn: `cn=latchkey,ou=service,${SUFFIX}`,
}

/** The lines of docs/connect-openldap.md, for this tree: the service account's rights and nothing else. */
export const DOCUMENTED_ACCESS = [
  `access to dn.subtree="${PLACES.peopleDn}" attrs=userPassword by dn.exact="${PLACES.bindDn}" =w by self =xw by anonymous auth by * none`,
  `access to dn.subtree="${PLACES.peopleDn}" attrs=pwdReset,pwdAccountLockedTime by dn.exact="${PLACES.bindDn}" write by self read by * none`,
  `access to dn.subtree="${PLACES.peopleDn}" attrs=pwdChangedTime,pwdFailureTime,pwdGraceUseTime,pwdPolicySubentry,pwdStartTime,pwdEndTime by dn.exact="${PLACES.bindDn}" read by self read by * none`,
  `access to dn.subtree="${PLACES.policiesDn}" by dn.exact="${PLACES.bindDn}" read by * none`,
  `access to dn.subtree="${PLACES.groupsDn}" by dn.exact="${PLACES.bindDn}" read by users read by * none`,
  `access to attrs=userPassword,pwdHistory by self =xw by anonymous auth by * none`,
  `access to * by users read by * none`,
]

/** The policies of the shared server. `default` is ppolicy_default; the others are named by people's pwdPolicySubentry. */
export const POLICIES = {
  default: {
    pwdMinLength: 12, pwdMaxLength: 1024, pwdCheckQuality: 2, pwdInHistory: 4, pwdMinAge: 0, pwdMaxAge: 3_628_800, pwdExpireWarning: 604_800,
    pwdLockout: 'TRUE', pwdMaxFailure: 4, pwdLockoutDuration: 1800, pwdFailureCountInterval: 1800, pwdMustChange: 'TRUE', pwdAllowUserChange: 'TRUE',
  },
  'minimum-age': {
    pwdMinLength: 12, pwdCheckQuality: 2, pwdMinAge: 86_400, pwdLockout: 'TRUE', pwdMaxFailure: 4, pwdLockoutDuration: 1800,
    pwdFailureCountInterval: 1800, pwdMustChange: 'TRUE', pwdAllowUserChange: 'TRUE',
  },
  'short-life': { pwdMaxAge: 60, pwdGraceAuthNLimit: 0, pwdCheckQuality: 2, pwdLockout: 'TRUE', pwdMaxFailure: 4, pwdAllowUserChange: 'TRUE' },
  'with-grace': { pwdMaxAge: 60, pwdGraceAuthNLimit: 2, pwdCheckQuality: 2, pwdLockout: 'TRUE', pwdMaxFailure: 4, pwdAllowUserChange: 'TRUE' },
  'unlocks-itself': { pwdLockout: 'TRUE', pwdMaxFailure: 4, pwdLockoutDuration: 2, pwdFailureCountInterval: 2, pwdAllowUserChange: 'TRUE' },
  bytes: { pwdMinLength: 12, pwdMaxLength: 256, pwdCheckQuality: 2, pwdAllowUserChange: 'TRUE' },
  'safe-modify': { pwdMinLength: 12, pwdCheckQuality: 2, pwdSafeModify: 'TRUE', pwdAllowUserChange: 'TRUE' },
  'no-user-change': { pwdAllowUserChange: 'FALSE', pwdMinLength: 12, pwdCheckQuality: 2 },
  'never-locks': { pwdLockout: 'FALSE', pwdMinLength: 12, pwdCheckQuality: 2, pwdAllowUserChange: 'TRUE' },
}

/** slapd.conf(5). `database config` lets a test change it while the server runs; nothing is written back. */
export function slapdConf({ folder, modules, schema, certificate, access, hashOnModify, sync, adminPassword, passwordHash, argon2 }) {
  return `${['core', 'cosine', 'inetorgperson'].map((name) => `include ${schema}/${name}.schema`).join('\n')}
modulepath ${modules}
moduleload back_mdb
moduleload ppolicy
moduleload memberof
moduleload refint
${passwordHash === '{ARGON2}' ? `moduleload argon2 ${argon2}` : ''}
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
TLSCACertificateFile ${certificate.caFile}
TLSCertificateFile ${certificate.certFile}
TLSCertificateKeyFile ${certificate.keyFile}
password-hash ${passwordHash}
threads 8
sizelimit size.soft=500 size.hard=unlimited size.pr=2000 size.prtotal=unlimited
security simple_bind=128
database config
rootdn cn=config
rootpw ${adminPassword}
database mdb
suffix ${SUFFIX}
rootdn ${PLACES.adminDn}
rootpw ${adminPassword}
directory ${folder}/db
maxsize 1073741824
${sync ? '' : 'dbnosync'}
index objectClass,mail,member,uniqueMember,entryCSN,entryUUID eq
index uid,cn,displayName eq,sub
${access.join('\n')}
overlay ppolicy
ppolicy_default cn=default,${PLACES.policiesDn}
ppolicy_use_lockout
${hashOnModify ? 'ppolicy_hash_cleartext' : ''}
overlay memberof
overlay refint
refint_attributes member memberOf
`
}

const ssha = (password) => {
  const salt = randomBytes(8)
  return `{SSHA}${Buffer.concat([createHash('sha1').update(password).update(salt).digest(), salt]).toString('base64')}`
}

/** What the tree holds before the server starts, for slapadd(8): people are added by the tests that need them. */
export function seedLdif({ bindPassword, policies, people, personPassword }) {
  const entries = [
    [SUFFIX, 'objectClass: dcObject', 'objectClass: organization', 'o: test', 'dc: example'],
    ...['people', 'others', 'service', 'groups', 'policies'].map((ou) => [`ou=${ou},${SUFFIX}`, 'objectClass: organizationalUnit', `ou: ${ou}`]),
    [PLACES.bindDn, 'objectClass: applicationProcess', 'objectClass: simpleSecurityObject', 'cn: latchkey', `userPassword: ${ssha(bindPassword)}`],
    ...Object.entries(policies).map(([name, rules]) => [`cn=${name},${PLACES.policiesDn}`, 'objectClass: device', 'objectClass: pwdPolicy', `cn: ${name}`,
      'pwdAttribute: userPassword', ...Object.entries(rules).map(([rule, value]) => `${rule}: ${value}`)]),
  ]
  // one hash for all: making a hundred thousand is not what is tested
  const hash = ssha(personPassword)
  for (let n = 1; n <= people; n += 1) {
    const uid = `p${String(n).padStart(6, '0')}`
    entries.push([`uid=${uid},${PLACES.peopleDn}`, 'objectClass: inetOrgPerson', `uid: ${uid}`, `cn: Person ${n}`, 'sn: Person', `mail: ${uid}@example.test`,
      `userPassword: ${hash}`, 'pwdChangedTime: 20260101000000Z'])
  }
  return entries.map(([dn, ...lines]) => `dn: ${dn}\n${lines.join('\n')}\n`).join('\n')
}
