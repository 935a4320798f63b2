/**
 * SQL over a timestamptz[] of what happened, oldest first. The window slides: nothing is gained by waiting for an edge.
 * `seconds` and `most` are SQL (a parameter such as $3).
 */
export const within = (stamps: string, seconds: string): string =>
  `ARRAY(SELECT s FROM unnest(${stamps}) AS s WHERE s > now() - make_interval(secs => ${seconds}) ORDER BY s)`

/**
 * The same for a budget that closes when it is spent: full, it stays as it is until `seconds` after its last entry and is
 * then empty, instead of opening for one more as each entry ages.
 */
export const untilReopened = (stamps: string, seconds: string, most: string): string =>
  `CASE WHEN cardinality(${stamps}) < ${most} THEN ${within(stamps, seconds)}
        WHEN ${stamps}[cardinality(${stamps})] > now() - make_interval(secs => ${seconds}) THEN ${stamps}
        ELSE '{}' END`
