import {
  AndFilter, EqualityFilter, FilterParser, GreaterThanEqualsFilter, LessThanEqualsFilter, NotFilter, OrFilter, PresenceFilter,
  SubstringFilter, type Filter,
} from 'ldapts'

/**
 * A search filter as a tree. Values are never text in a syntax, so nothing needs escaping and nothing can be injected;
 * bytes stay bytes (ldapts reads `\ff` in a filter's text as a letter).
 */
export type LdapFilter = Filter

export const equal = (attribute: string, value: string | Buffer): LdapFilter => new EqualityFilter({ attribute, value })
export const present = (attribute: string): LdapFilter => new PresenceFilter({ attribute })
export const atLeast = (attribute: string, value: string): LdapFilter => new GreaterThanEqualsFilter({ attribute, value })
export const atMost = (attribute: string, value: string): LdapFilter => new LessThanEqualsFilter({ attribute, value })
export const contains = (attribute: string, part: string): LdapFilter => new SubstringFilter({ attribute, any: [part] })
export const startsWith = (attribute: string, initial: string): LdapFilter => new SubstringFilter({ attribute, initial })
export const all = (...filters: LdapFilter[]): LdapFilter => new AndFilter({ filters })
export const anyOf = (...filters: LdapFilter[]): LdapFilter => new OrFilter({ filters })
export const not = (filter: LdapFilter): LdapFilter => new NotFilter({ filter })

/** A filter an administrator wrote (RFC 4515). Throws when it cannot be read. Letters beyond ASCII as themselves, not as \hex. */
export const parseFilter = (text: string): LdapFilter => FilterParser.parseString(text)
