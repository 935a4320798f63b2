import type { PolicyRule, PolicyView, RuleId } from '../../../contract/password-policy.contract.js'
import { CHARACTER_CLASSES, classOf, type CharacterClass } from './characters.js'
import { MAX_CODE_POINTS } from './product-policy.js'

/** Easy to tell apart when read from a screen or out loud: no l, I, O, 0, 1 and no marks that keyboards hide. */
const READABLE: Readonly<Record<CharacterClass, string>> = {
  lower: 'abcdefghijkmnopqrstuvwxyz',
  upper: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  digit: '23456789',
  special: '-.+_=:?!*#%&/',
}
const PRINTABLE = Array.from({ length: 0x7e - 0x20 }, (_, offset) => String.fromCharCode(0x21 + offset))

/** What a policy leaves to draw from, and how much of it is demanded. */
export class Palette {
  readonly #rules: readonly PolicyRule[]
  readonly #allowed: ReadonlySet<string> | null
  readonly #prohibited: ReadonlySet<string>
  readonly #pools: Readonly<Record<CharacterClass, readonly string[]>>
  readonly minLength: number
  readonly maxLength: number

  constructor(view: PolicyView) {
    this.#rules = view.rules.filter(({ checkedBy }) => checkedBy === 'here')
    const allowed = this.#characters('allowed-characters')
    this.#allowed = allowed.size > 0 ? allowed : null
    this.#prohibited = this.#characters('prohibited-characters')
    this.minLength = this.#number('min-length', 'min', 1)
    this.maxLength = this.#number('max-length', 'max', MAX_CODE_POINTS)
    this.#pools = { lower: this.#poolOf('lower'), upper: this.#poolOf('upper'), digit: this.#poolOf('digit'), special: this.#poolOf('special') }
  }

  allows(text: string): boolean {
    return [...text].every((character) => !this.#prohibited.has(character) && (this.#allowed?.has(character) ?? true))
  }
  mayBegin(character: string): boolean {
    return !this.#characters('prohibited-begin').has(character)
  }
  mayEnd(character: string): boolean {
    return !this.#characters('prohibited-end').has(character)
  }

  minimum(kind: CharacterClass): number {
    return this.#number(`min-${kind}`, 'min', 0)
  }
  pool(kind: CharacterClass): readonly string[] {
    return this.#pools[kind]
  }
  everything(): readonly string[] {
    return CHARACTER_CLASSES.flatMap((kind) => this.#pools[kind])
  }

  /** The demanded counts, completed to the demanded number of kinds; all four kinds when the length has room. */
  requiredClasses(): readonly (readonly [CharacterClass, number])[] {
    const kinds = CHARACTER_CLASSES.filter((kind) => this.minimum(kind) > 0 || this.#pools[kind].length > 0)
      .sort((left, right) => this.minimum(right) - this.minimum(left))
    const demanded = kinds.filter((kind) => this.minimum(kind) > 0)
    let room = this.maxLength - demanded.reduce((sum, kind) => sum + this.minimum(kind), 0)
    const added = kinds.filter((kind) => !demanded.includes(kind)).filter(() => {
      room -= 1
      return room >= 0
    })
    return [...demanded.map((kind) => [kind, this.minimum(kind)] as const), ...added.map((kind) => [kind, 1] as const)]
  }

  /** The readable ones; when the policy leaves none of them, any printable one; else whatever it allows by name. */
  #poolOf(kind: CharacterClass): readonly string[] {
    const tiers = [[...READABLE[kind]], PRINTABLE, [...(this.#allowed ?? [])]]
    for (const tier of tiers) {
      const left = tier.filter((character) => classOf(character) === kind && this.allows(character))
      if (left.length > 0) return left
    }
    return []
  }

  #rule(id: RuleId): PolicyRule | undefined {
    return this.#rules.find(({ rule }) => rule === id)
  }
  #number(id: RuleId, param: string, otherwise: number): number {
    return Number(this.#rule(id)?.params?.[param] ?? otherwise)
  }
  #characters(id: RuleId): ReadonlySet<string> {
    return new Set(String(this.#rule(id)?.params?.characters ?? ''))
  }
}
