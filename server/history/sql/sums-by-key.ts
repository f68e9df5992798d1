/** The sums of keys, which most questions begin with. */
import { sql, type SqlText } from './sql-text.ts'
import { NAMES_OF_SUMS, sumsOfFacts } from './sums.ts'
import type { FactSource } from './tables.ts'

/** The sums of each key: first, because a join of facts with keys would touch the keys once for each record. */
export function sumsByKey(source: FactSource, condition: SqlText): SqlText {
  return sql`select k as f_k, ${sumsOfFacts(source)} from ${source.facts} where ${condition} group by k`
}

/** The sums of each key, `r_…`, beside columns of its key. */
export function withKeys(source: FactSource, condition: SqlText, columns: SqlText): SqlText {
  const { dialect, keys, cluster } = source
  return sql`select ${columns}, ${NAMES_OF_SUMS} from (${sumsByKey(source, condition)}) as f join (select * from ${keys} where cluster = ${cluster}) as e on e.${dialect.keyColumn} = f.f_k`
}
