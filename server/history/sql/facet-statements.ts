/**
 * The values of fields with the records that have them. Each field is counted without the filter's own clauses on it, so the fields are
 * asked in groups of one filter: a statement for each group, in which every key gives its values of all these fields, each with the
 * number of its field in front.
 */
import {
  EITHER_END,
  type KeyColumnField,
  keyColumnOf,
  KEY_COLUMNS,
} from '../../../src/filter/plan/key-column.ts'
import { withoutField } from '../../../src/filter/tree/clauses.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { type FieldId, fieldNamed } from '../../../src/flows/field.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import type { HistoryLimits, HistoryQueries, HistorySelection } from '../history-store.ts'
import { type FactPart, factParts } from './fact-parts.ts'
import { selectFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { count, sql, type SqlText, statementOf, text, verbatim } from './sql-text.ts'
import { readSums, readText, sumsOfSums } from './sums.ts'
import { withKeys } from './sums-by-key.ts'
import type { Dialect } from './dialect.ts'

/** Characters of the number of a field in front of its values. */
const PREFIX_LENGTH = 2

interface FacetField {
  /** As it was asked: `src.label.app`. */
  readonly name: string
  readonly field: Exclude<FieldId, 'bytes' | 'packets' | 'conns' | 'seen'>
  readonly label: string | undefined
}

/** Answers `facets`. Fields that are not about a key have no values. */
export async function askFacets(
  reader: SqlReader,
  { fields, top }: HistoryQueries['facets']['asked'],
  selection: HistorySelection,
  limits: HistoryLimits,
): Promise<{ readonly rows: readonly object[]; readonly filteredAfter: number }> {
  const known = [...new Set(fields)].flatMap(facetField)
  const groups = new Map<string, { readonly filter: Expression; readonly of: FacetField[] }>()
  for (const facet of known) {
    const filter = withoutField(selection.filter, facet.field, facet.label)
    const name = JSON.stringify(filter)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, { filter, of: [facet] })
    else group.of.push(facet)
  }
  const rows: HistoryQueries['facets']['row'][] = []
  let filteredAfter = 0
  for (const { filter, of } of groups.values()) {
    const selected = await selectFacts(reader, selection, filter)
    const parts = await factParts(reader, selection, selected)
    filteredAfter += selected.filteredAfter
    // More fields than the digits of a prefix can number take several statements.
    for (let from = 0; from < of.length; from += 10 ** PREFIX_LENGTH) {
      rows.push(...(await askGroup(reader, of.slice(from, from + 10 ** PREFIX_LENGTH), parts, top, limits)))
    }
  }
  // In the order in which the fields were asked.
  const sorted = known.flatMap(({ name }) => rows.filter(({ field }) => field === name))
  return { rows: sorted, filteredAfter }
}

function facetField(name: string): readonly FacetField[] {
  const [, labelField, label] = /^((?:src\.|dst\.)?label)\.(.+)$/.exec(name) ?? []
  const field = fieldNamed(labelField ?? name)
  if (field === undefined || field.type === 'measure' || field.type === 'age') return []
  return [{ name, field: field.id, label }]
}

async function askGroup(
  reader: SqlReader,
  fields: readonly FacetField[],
  parts: readonly FactPart[],
  top: number,
  { maxRows }: HistoryLimits,
): Promise<readonly HistoryQueries['facets']['row'][]> {
  const { source } = reader
  const { dialect } = source
  const values = fields
    .map((field, i) =>
      dialect.arrayMap(
        valuesOf(field, dialect),
        null,
        (value) => sql`concat(${text(prefixOf(i))}, ${value})`,
      ),
    )
    .reduce((all, each) => dialect.arrayConcat(all, each))
  const each = withKeys(source, parts, sql`${dialect.unnest(values)} as facet`)
  const summed = sql`select facet, ${sumsOfSums()} from (${each}) as g group by facet`
  const ranked = sql`select *, row_number() over (partition by substring(facet, 1, ${count(PREFIX_LENGTH)}) order by z_n desc, facet) as place from (${summed}) as h`
  const statement = sql`select * from (${ranked}) as p where place <= ${count(top)} order by substring(facet, 1, ${count(PREFIX_LENGTH)}), place`
  const rows = await reader.rows(statementOf(statement, dialect), maxRows)
  return rows.map((row) => {
    const facet = readText(row['facet'])
    const { name } = fields[Number(facet.slice(0, PREFIX_LENGTH))]!
    return { field: name, value: facet.slice(PREFIX_LENGTH), ...readSums(row, 'z') }
  })
}

const prefixOf = (index: number) => String(index).padStart(PREFIX_LENGTH, '0')

/** The values of a field as a list of texts, each once. */
function valuesOf({ field, label }: FacetField, dialect: Dialect): SqlText {
  if (!hasColumn(field)) {
    const [a, b] = EITHER_END[field]
    const both = dialect.arrayConcat(
      valuesOf({ name: a, field: a, label }, dialect),
      valuesOf({ name: b, field: b, label }, dialect),
    )
    return dialect.arrayDistinct(both)
  }
  const column = columnAsTexts(field, dialect)
  return label === undefined ? column : valuesOfLabel(column, label, dialect)
}

function hasColumn(field: FacetField['field']): field is KeyColumnField {
  return !(field in EITHER_END)
}

function columnAsTexts(field: KeyColumnField, dialect: Dialect): SqlText {
  const column = sql`e.${verbatim(keyColumnOf(field))}`
  const type = KEY_COLUMNS[field]
  switch (type) {
    case 'text':
      return dialect.arrayOf([column])
    case 'number':
      return dialect.arrayOf([dialect.asText(column)])
    case 'texts':
      return column
    case 'numbers':
      return dialect.arrayMap(column, null, (element) => dialect.asText(element))
    default:
      return unreachable(type, 'type of column')
  }
}

/** The values of the labels with a key, as `labelValue` has them: empty for a label without `=`. */
function valuesOfLabel(labels: SqlText, key: string, dialect: Dialect): SqlText {
  const values = dialect.arrayMap(
    labels,
    (label) => sql`(${label} = ${text(key)} or ${dialect.startsWith(label, text(`${key}=`))})`,
    // Positions count from 1, in characters and not in UTF-16 units.
    (label) => dialect.fromPosition(label, count(Array.from(key).length + 2)),
  )
  return dialect.arrayDistinct(values)
}
