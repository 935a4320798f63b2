import { RESET_PASSWORD } from './access-list.js'

/** What the service account must be given on the people's organizational units, and nothing else. */
export type DelegatedRight = {
  readonly operation: string
  /** As the delegation dialogue calls it. */
  readonly name: string
  readonly kind: 'extended-right' | 'write-property'
  /** rightsGuid or schemaIDGUID: the same in every forest. */
  readonly guid: string
}

const USER_CLASS = 'bf967aba-0de6-11d0-a285-00aa003049e2'

export const DELEGATED_RIGHTS: readonly DelegatedRight[] = [
  { operation: 'reset', name: 'Reset Password', kind: 'extended-right', guid: RESET_PASSWORD },
  { operation: 'mustChange', name: 'pwdLastSet', kind: 'write-property', guid: 'bf967a0a-0de6-11d0-a285-00aa003049e2' },
  { operation: 'unlock', name: 'lockoutTime', kind: 'write-property', guid: '28630ebf-41d5-11d1-a9c1-0000f80367c1' },
  { operation: 'activate', name: 'userAccountControl', kind: 'write-property', guid: 'bf967a68-0de6-11d0-a285-00aa003049e2' },
]

/** Whom a command names: Windows by name, Samba by security identifier. */
export type Grantee = { readonly name: string; readonly sid: string }

/** Both commands that give this right below a unit, to user accounts only. */
export function grantCommand({ kind, name, guid }: DelegatedRight, unit: string, grantee: Grantee): string {
  const [windows, sddl] = kind === 'extended-right' ? ['CA', 'CR'] : ['RPWP', 'RPWP']
  return commands(`dsacls "${unit}" /I:S /G "${grantee.name}:${windows};${name};user"`, unit, `(OA;CIIO;${sddl};${guid};${USER_CLASS};${grantee.sid})`)
}

/** Both commands that let the account read the fine-grained policies. */
export const readPoliciesCommand = (container: string, grantee: Grantee): string =>
  commands(`dsacls "${container}" /I:T /G "${grantee.name}:GR"`, container, `(A;CI;LCRPLORC;;;${grantee.sid})`)

const commands = (dsacls: string, object: string, ace: string): string =>
  `${dsacls}\non Samba: samba-tool dsacl set --objectdn="${object}" --sddl="${ace}"`
