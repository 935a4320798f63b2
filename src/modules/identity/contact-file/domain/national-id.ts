const FINNISH = /^(\d{6})([-+A-FU-Y])(\d{3})([0-9A-FHJ-NPR-Y])$/
const CHECK_LETTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY'
const SWEDISH = /^((?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-6]\d|[78]\d|9[01]))[-+]?(\d{4})$/

/**
 * The one form of a Finnish or Swedish national id that eID providers assert, or null when it is none (its check character
 * included, so that a mistyped one joins nobody). The clear text ends here: only its keyed hash goes on.
 */
export function normaliseNationalId(typed: string): string | null {
  const text = typed.normalize('NFKC').replace(/\s/g, '').toUpperCase()
  const [, born, century, number, check] = FINNISH.exec(text) ?? []
  if (born !== undefined) return CHECK_LETTERS[Number(`${born}${number}`) % 31] === check ? `FI:${born}${century}${number}${check}` : null
  const [, date, serial] = SWEDISH.exec(text) ?? []
  if (date === undefined) return null
  return luhn(`${date.slice(2)}${serial}`) ? `SE:${date}${serial}` : null
}

const luhn = (digits: string): boolean => [...digits].reduce((sum, digit, index) => {
  const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
  return sum + (doubled > 9 ? doubled - 9 : doubled)
}, 0) % 10 === 0
