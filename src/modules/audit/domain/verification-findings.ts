/** What can be wrong with a trail. Each names the first row it can name. */
export type FindingKind =
  | 'edited' // the entry is not the one that was chained
  | 'removed' // an entry, or a row of the chain, is gone
  | 'reordered' // the right rows in the wrong places
  | 'inserted' // a row that the sequencer did not put there
  | 'cut-tail' // a signed checkpoint knows rows that are not there any more
  | 'rebuilt' // consistent in itself, and not the chain that was signed
  | 'bad-signature' // a checkpoint that the signing key did not sign
  | 'wrong-key' // the keys at hand differ, or none of the signatures is by this key
  | 'foreign-checkpoint' // signed for another installation
  | 'checkpoint-removed' // in the file, but not in the database any more
  | 'unknown-version' // written by a newer program: not checked, so not intact

export type Finding = {
  readonly kind: FindingKind
  /** Place in the chain; null when the finding is about a key. */
  readonly position: string | null
  readonly entryId: string | null
  readonly detail: string
}

export type UnchainedRows = {
  readonly count: number
  readonly oldestSeconds: number
  readonly first: readonly { readonly id: string; readonly action: string; readonly at: Date; readonly ageSeconds: number }[]
}

export type AuditVerification = {
  /** Nothing found. What could not be looked at stands in `cannotExclude`. */
  readonly intact: boolean
  readonly rows: number
  readonly head: { readonly position: string; readonly hash: string } | null
  /** The one to look at: first by position, chain before signatures. */
  readonly firstBad: Finding | null
  /** At most 50 of them; `findingCount` is the truth. */
  readonly findings: readonly Finding[]
  readonly findingCount: number
  readonly checkpoints: {
    readonly inDatabase: number
    /** Null: no file was given. */
    readonly inFile: number | null
    readonly unreadableLines: number
    readonly signaturesChecked: boolean
    /** Everything up to here is held by a signature outside the database. */
    readonly coveredUpTo: string
  }
  readonly unchained: UnchainedRows
  readonly cannotExclude: readonly string[]
  readonly seconds: number
}

const LISTED = 50
/** Findings about keys, or about rows outside the chain, come last: 2^63 is no position. */
const NOWHERE = 2n ** 63n

export class Findings {
  readonly listed: Finding[] = []
  count = 0
  /** Where to sort a finding: by its position, or by the end of the range it can only name as a whole. */
  readonly #places: bigint[] = []

  add(kind: FindingKind, at: { position?: bigint; entryId?: string; orUpTo?: bigint }, detail: string): void {
    this.count += 1
    if (this.listed.length >= LISTED) return
    this.listed.push({ kind, position: at.position?.toString() ?? null, entryId: at.entryId ?? null, detail })
    this.#places.push(at.orUpTo ?? at.position ?? NOWHERE)
  }

  first(): Finding | null {
    let first = 0
    for (const [index, place] of this.#places.entries()) if (place < this.#places[first]!) first = index
    return this.listed[first] ?? null
  }
}
