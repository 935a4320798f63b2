const SHAPE = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?Z$/

/** GeneralizedTime in UTC (RFC 4517 §3.3.13), as slapd writes it. Null: not of that form. */
export function parseGeneralizedTime(text: string | null): Date | null {
  if (text === null) return null
  const [, year, month, day, hour, minute, second, fraction = '0'] = SHAPE.exec(text) ?? []
  if (year === undefined) return null
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)))
  at.setUTCMilliseconds(Math.floor(Number(`0.${fraction}`) * 1_000))
  return Number.isNaN(at.getTime()) ? null : at
}

export const generalizedTime = (at: Date): string => `${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`

/** slapo-ppolicy(5): locked for good by an administrator. For us: disabled. */
export const LOCKED_FOR_GOOD = '000001010000Z'
