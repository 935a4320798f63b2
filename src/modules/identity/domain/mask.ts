const DOTS = '•••'

/** First letter and domain: enough to recognise one's own mailbox, not enough to write to it. */
export function maskMail(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 1 ? DOTS : `${[...address][0]}${DOTS}${address.slice(at)}`
}

/** Country code and the last two digits, grouped as people read numbers: +358 •• ••• ••42. */
export function maskPhone(e164: string): string {
  return `${/^\+(?:1|7|[2-9]\d{0,2})/.exec(e164)?.[0].slice(0, 4) ?? '+'} •• ••• ••${e164.slice(-2)}`
}
