/** The sums of keys, which most questions begin with. */
import type { FactPart } from './fact-parts.ts'
import { joined, sql, type SqlText } from './sql-text.ts'
import { NAMES_OF_SUMS, sumsOfFacts, sumsOfSums } from './sums.ts'
import type { FactSource } from './tables.ts'

/** The sums of each key: first, because a join of facts with keys would touch the keys once for each record. */
export function sumsByKey(parts: readonly FactPart[]): SqlText {
  const isOne = parts.length === 1
  const ofParts = parts.map(
    ({ source, condition }) =>
      sql`select k as f_k, ${sumsOfFacts(source, isOne ? 'r' : 'p')} from ${source.facts} where ${condition} group by k`,
  )
  const all = joined(ofParts, ' union all ')
  return isOne ? all : sql`select f_k, ${sumsOfSums('p', 'r')} from (${all}) as p group by f_k`
}

/** The sums of each key, `r_…`, beside columns of its key. */
export function withKeys(
  { dialect, keys, cluster }: FactSource,
  parts: readonly FactPart[],
  columns: SqlText,
): SqlText {
  return sql`select ${columns}, ${NAMES_OF_SUMS} from (${sumsByKey(parts)}) as f join (select * from ${keys} where cluster = ${cluster}) as e on e.${dialect.keyColumn} = f.f_k`
}
