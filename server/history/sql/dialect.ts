/** What DuckDB and ClickHouse say differently. Everything else in this room is the same text for both. */
import { count, joined, type Operand, type ParamType, type SqlText, sql, verbatim } from './sql-text.ts'

export interface Dialect {
  /** The place of a parameter, numbered from 1. */
  placeholder(index: number, type: ParamType): string
  /** The column of `keys` that the facts name as `k`: DuckDB has a dense number for it, ClickHouse the id itself. */
  readonly keyColumn: SqlText
  /** Whether the value is in a list that is bound as one parameter. */
  isIn(value: Operand, list: Operand): SqlText
  /** Unix seconds of a column of times. */
  seconds(time: Operand): SqlText
  /** Unix seconds as a time, to compare a column of times with. */
  time(seconds: Operand): SqlText
  /** A whole number, not negative, rounded down to a multiple. */
  roundedDown(value: Operand, step: Operand): SqlText
  /** Whether some element passes. */
  arraySome(array: Operand, passes: (element: SqlText) => SqlText): SqlText
  /** An array of these elements. */
  arrayOf(elements: readonly Operand[]): SqlText
  /** The two arrays as one. */
  arrayConcat(a: Operand, b: Operand): SqlText
  /** The array with each element once. */
  arrayDistinct(array: Operand): SqlText
  /** The elements that pass, or all of them for null, each as another value. */
  arrayMap(
    array: Operand,
    passes: ((element: SqlText) => SqlText) | null,
    to: (element: SqlText) => SqlText,
  ): SqlText
  /** In the list of a `select`: a row for each element. */
  unnest(array: Operand): SqlText
  /** As text. */
  asText(value: Operand): SqlText
  /** A sum or a count as a 64-bit float, whose precision JavaScript has: a 128-bit sum would be slow to read. */
  asFloat(value: Operand): SqlText
  /**
   * An element of a JSON array as text, counted from 1. The whole document where the engine does not take it for JSON, as with an
   * escaped lone surrogate.
   */
  jsonElement(document: SqlText, position: number): SqlText
  startsWith(value: Operand, prefix: Operand): SqlText
  /** Whether the value contains the text; letter case counts. */
  contains(value: Operand, part: Operand): SqlText
  /** The characters of a text from a position, counted from 1 in characters. */
  fromPosition(value: Operand, position: Operand): SqlText
  /** Whether the whole value matches a regular expression (RE2). */
  matches(value: Operand, expression: Operand): SqlText
}

const DUCKDB_TYPES = {
  text: 'varchar',
  texts: 'varchar[]',
  ids: 'ubigint[]',
  count: 'bigint',
  number: 'double',
} as const satisfies Record<ParamType, string>

export const DUCKDB: Dialect = {
  // The cast, because DuckDB otherwise takes the type from the use, and an array from nothing.
  placeholder: (index, type) => `$${index}::${DUCKDB_TYPES[type]}`,
  keyColumn: verbatim('k'),
  // A semi-join with the list as a table: list_contains would look through the whole list for every row.
  isIn: (value, list) => sql`${value} in (select unnest(${list}))`,
  seconds: (time) => sql`${time}::bigint`,
  time: (seconds) => sql`${seconds}::uinteger`,
  roundedDown: (value, step) => sql`(${value} // ${step} * ${step})`,
  arraySome: (array, passes) => sql`(len(list_filter(${array}, lambda x: ${passes(verbatim('x'))})) > 0)`,
  arrayOf: (elements) => sql`[${joined(elements, ', ')}]`,
  arrayConcat: (a, b) => sql`list_concat(${a}, ${b})`,
  arrayDistinct: (array) => sql`list_distinct(${array})`,
  arrayMap: (array, passes, to) => {
    const kept = passes === null ? array : sql`list_filter(${array}, lambda x: ${passes(verbatim('x'))})`
    return sql`list_transform(${kept}, lambda x: ${to(verbatim('x'))})`
  },
  unnest: (array) => sql`unnest(${array})`,
  asText: (value) => sql`${value}::varchar`,
  asFloat: (value) => sql`${value}::double`,
  jsonElement: (document, position) =>
    sql`case when json_valid(${document}) then json_extract(${document}, ${count(position - 1)})::varchar else ${document} end`,
  startsWith: (value, prefix) => sql`starts_with(${value}, ${prefix})`,
  contains: (value, part) => sql`contains(${value}, ${part})`,
  fromPosition: (value, position) => sql`substr(${value}, ${position})`,
  matches: (value, expression) => sql`regexp_full_match(${value}, ${expression}, 's')`,
}

const CLICKHOUSE_TYPES = {
  text: 'String',
  texts: 'Array(String)',
  ids: 'Array(UInt64)',
  count: 'Int64',
  number: 'Float64',
} as const satisfies Record<ParamType, string>

export const CLICKHOUSE: Dialect = {
  placeholder: (index, type) => `{p${index}:${CLICKHOUSE_TYPES[type]}}`,
  keyColumn: verbatim('id'),
  isIn: (value, list) => sql`${value} in ${list}`,
  seconds: (time) => sql`toInt64(toUnixTimestamp(${time}))`,
  time: (seconds) => sql`toDateTime(${seconds})`,
  roundedDown: (value, step) => sql`(intDiv(${value}, ${step}) * ${step})`,
  arraySome: (array, passes) => sql`arrayExists(x -> ${passes(verbatim('x'))}, ${array})`,
  arrayOf: (elements) => sql`[${joined(elements, ', ')}]`,
  arrayConcat: (a, b) => sql`arrayConcat(${a}, ${b})`,
  arrayDistinct: (array) => sql`arrayDistinct(${array})`,
  arrayMap: (array, passes, to) => {
    const kept = passes === null ? array : sql`arrayFilter(x -> ${passes(verbatim('x'))}, ${array})`
    return sql`arrayMap(x -> ${to(verbatim('x'))}, ${kept})`
  },
  unnest: (array) => sql`arrayJoin(${array})`,
  asText: (value) => sql`toString(${value})`,
  asFloat: (value) => sql`toFloat64(${value})`,
  jsonElement: (document, position) =>
    sql`if(isValidJSON(${document}), JSONExtractRaw(${document}, ${count(position)}), ${document})`,
  startsWith: (value, prefix) => sql`startsWith(${value}, ${prefix})`,
  contains: (value, part) => sql`(position(${value}, ${part}) > 0)`,
  fromPosition: (value, position) => sql`substringUTF8(${value}, ${position})`,
  // match() searches; the dot matches line breaks there by default.
  matches: (value, expression) => sql`match(${value}, concat('^(?:', ${expression}, ')$'))`,
}
