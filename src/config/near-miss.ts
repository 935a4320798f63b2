/** The known name that a mistyped one most likely meant, or null when none is close. */
export function nearMiss(typed: string, known: readonly string[]): string | null {
  const word = bare(typed)
  const ranked = known.map((name) => ({ name, distance: distanceOf(word, bare(name)) })).sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.name : null
}

/** LATCHKEY_PORT meant PORT, and LATCHKEY_MASTERKEY_FILE has its key: prefix and underscores carry nothing here. */
const bare = (name: string): string => name.replace(/^LATCHKEY_/, '').replaceAll('_', '')

/** A name that was cut short, or said too much, is one mistake. */
function distanceOf(typed: string, known: string): number {
  if (typed.length >= 3 && (known.startsWith(typed) || typed.startsWith(known))) return typed === known ? 0 : 1
  return editDistance(typed, known)
}

/** Levenshtein: insertions, deletions and replacements that turn one into the other. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[to.length]!
}
