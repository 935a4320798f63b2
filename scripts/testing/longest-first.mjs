import Sequencer from '@jest/test-sequencer'

/** They wait more than they work (for leases, for processes that start), so they begin first and the rest fills the cores. */
const FIRST = [/\/test\/kill\/reset-walk\./, /\/start-main\.|\/start\/main\./, /\/embedded-postgres\.|-embedded-postgres\./, /\/browser\//]
const rankOf = ({ path }) => FIRST.findIndex((pattern) => pattern.test(path)) >>> 0

/** Otherwise as jest does: longest first by what it remembers, or by size. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rankOf(one) - rankOf(other))
  }
}
