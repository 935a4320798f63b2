/**
 * The forms a typed identifier may be on record under, most likely first; the same function makes the stored values.
 * People type `NORRHAVN\aino`, `Aino.Korhonen@…`, `040 123 4567`, `+358 (0)40 1234567`. Nothing here is a secret test:
 * the same work is done for every input, and the answer goes into one indexed lookup.
 */
export function normaliseIdentifier(typed: string, defaultCountryCode: string): string[] {
  const text = typed.normalize('NFKC').trim().toLowerCase()
  const forms = new Set<string>()
  const phone = normalisePhone(text, defaultCountryCode)
  if (phone) forms.add(phone)
  forms.add(text)
  const afterDomain = text.slice(text.lastIndexOf('\\') + 1)
  if (afterDomain) forms.add(afterDomain)
  return [...forms]
}

/** E.164, or null when the text is no phone number. `defaultCountryCode` is digits only, for example 358. */
export function normalisePhone(text: string, defaultCountryCode: string): string | null {
  if (!/^[+0-9][0-9 ()./-]{5,24}$/.test(text)) return null
  const international = text.startsWith('+') || text.startsWith('00')
  // "(0)" between country code and number is the national trunk prefix, never dialled internationally.
  const digits = text.replace(/\(0\)/g, '').replace(/\D/g, '')
  if (international) return `+${text.startsWith('00') ? digits.slice(2) : digits}`
  if (!digits.startsWith('0')) return null
  return `+${defaultCountryCode}${digits.replace(/^0+/, '')}`
}
