export const SUFFIX: string
export const PLACES: Readonly<Record<'suffix' | 'peopleDn' | 'othersDn' | 'groupsDn' | 'policiesDn' | 'adminDn' | 'bindDn', string>>
export const DOCUMENTED_ACCESS: readonly string[]
export const POLICIES: Readonly<Record<string, Readonly<Record<string, string | number>>>>
