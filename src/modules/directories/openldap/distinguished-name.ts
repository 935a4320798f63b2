/** For comparing names as the server does for ordinary attributes (RFC 4514; caseIgnoreMatch): no order of a+b, no hex strings. */
export const comparable = (dn: string): string => (/[\s\\]/.test(dn) ? withoutSpaces(dn) : dn.toLowerCase())

const withoutSpaces = (dn: string): string =>
  dn.split(/(?<!\\),/).map((part) => part.trim().replace(/\s*=\s*/, '=').replace(/\s+/g, ' ').toLowerCase()).join(',')

export const isBelow = (dn: string, base: string): boolean => comparable(dn).endsWith(`,${comparable(base)}`)
