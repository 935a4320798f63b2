/** No password is longer: what checking costs is not the caller's to choose. */
const MAX_CODE_POINTS = 256
const VISIBLE = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u
const UNSAFE = /[\p{Cc}\p{Cs}]/u

/**
 * What keeps a password from being sent to any directory, as a new one or as a try: there is nothing in it (RFC 4513 §5.1.2:
 * such a bind may "succeed"), or no two systems store it alike. Empty: it may be sent.
 */
export function unsendable(password: string): { rule: string }[] {
  const broken = { 'not-blank': !VISIBLE.test(password), 'no-control': UNSAFE.test(password), 'max-length': [...password].length > MAX_CODE_POINTS }
  return Object.entries(broken).flatMap(([rule, isBroken]) => (isBroken ? [{ rule }] : []))
}
