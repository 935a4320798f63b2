/** Minute, hour, day of month, month, day of week (0 and 7: Sunday), in the form of crontab(5) with numbers. */
const FIELDS = [{ least: 0, most: 59 }, { least: 0, most: 23 }, { least: 1, most: 31 }, { least: 1, most: 12 }, { least: 0, most: 7 }] as const

export function isCron(text: string): boolean {
  const fields = text.trim().split(/\s+/)
  return fields.length === FIELDS.length && FIELDS.every(({ least, most }, index) =>
    fields[index]!.split(',').every((part) => {
      const [, from, to, step] = /^(\*|\d{1,2})(?:-(\d{1,2}))?(?:\/(\d{1,2}))?$/.exec(part) ?? []
      if (from === undefined || (from === '*' && to !== undefined) || (from !== '*' && to === undefined && step !== undefined)) return false
      const numbers = [from === '*' ? least : Number(from), to === undefined ? least : Number(to)]
      return numbers.every((number) => number >= least && number <= most) && (to === undefined || Number(from) <= Number(to)) && step !== '0'
    }))
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
