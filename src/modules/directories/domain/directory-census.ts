import { Injectable } from '@nestjs/common'

export type AccountCounts = { readonly accounts: number; readonly unmatched: number; readonly gone: number }
export type Census = () => Promise<ReadonlyMap<string, AccountCounts>>

const NOBODY: AccountCounts = { accounts: 0, unmatched: 0, gone: 0 }

/** How many accounts each directory has. They are kept by a module above this one, which says how to count them. */
@Injectable()
export class DirectoryCensus {
  #count: Census = async () => new Map()

  countBy(census: Census): void {
    this.#count = census
  }

  /** For any directory: one that nobody has read in has none. */
  async take(): Promise<(directoryId: string) => AccountCounts> {
    const counted = await this.#count()
    return (directoryId) => counted.get(directoryId) ?? NOBODY
  }
}
