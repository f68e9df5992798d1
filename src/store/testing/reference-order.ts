/** The order of the rows of the reference store, and what is told of the whole list. */
import { columnOf } from '../../flows/column.ts'
import { fieldOf } from '../../flows/field.ts'
import type { Measure, RowKind, ViewRequest } from '../protocol.ts'
import { attentionOfRow, endName, type ReferenceFacts } from './reference-facts.ts'
import { compareTexts, flowPart, type ReferenceRow } from './reference-rows.ts'

/** The rows in the order of a request. */
export function sortedRows(
  rows: readonly ReferenceRow[],
  { shape, sort }: Pick<ViewRequest, 'shape' | 'sort'>,
  facts: ReferenceFacts,
): readonly ReferenceRow[] {
  const sign = sort.descending ? -1 : 1
  const number = (row: ReferenceRow): number => {
    const { subject, records } = row
    if (sort.column === 'attention') {
      const level = LEVELS.indexOf(attentionOfRow(row, facts))
      return level * 2 ** 50 + (subject.numConnectionsStarted ?? records.length)
    }
    const by = columnOf(sort.column).sort
    if (by.by === 'measure') return fieldOf(by.field).of(subject) ?? sign * Number.MAX_VALUE
    return by.by === 'first' ? subject.startTime : subject.endTime
  }
  const text = ({ subject }: ReferenceRow): string => {
    const by = sort.column === 'attention' ? null : columnOf(sort.column).sort
    return by?.by === 'text' ? by.of(subject) : ''
  }
  const isText = sort.column !== 'attention' && columnOf(sort.column).sort.by === 'text'
  const value = new Map(rows.map((row) => [row, isText ? 0 : number(row)]))
  return rows.toSorted(
    (a, b) =>
      sign * (isText ? compareTexts(text(a), text(b)) : (value.get(a) ?? 0) - (value.get(b) ?? 0)) ||
      compareTexts(nameOfEnd(shape, 'source', a), nameOfEnd(shape, 'source', b)) ||
      compareTexts(nameOfEnd(shape, 'destination', a), nameOfEnd(shape, 'destination', b)) ||
      compareTexts(flowPart(a.id), flowPart(b.id)) ||
      a.subject.startTime - b.subject.startTime ||
      (a.records[0]?.sequence ?? 0) - (b.records[0]?.sequence ?? 0),
  )
}

const LEVELS = ['allowed', 'would-change', 'denial', 'new-denial']

/** An end as the table names it; that of a group as its workload. */
function nameOfEnd(kind: RowKind, end: 'source' | 'destination', { subject }: ReferenceRow): string {
  const { sort } = columnOf(end)
  if (sort.by !== 'text') return ''
  return kind === 'groups' ? endName(end, subject.key) : sort.of(subject)
}

/** As `TableWindow.greatestSum`, of the rows of the whole list. */
export function greatestSumOf(kind: RowKind, rows: readonly ReferenceRow[], measure: Measure): number {
  if (kind === 'intervals') return 0
  const sums = rows.map(({ subject, records }) =>
    measure === 'records' ? records.length : (fieldOf(measure).of(subject) ?? records.length),
  )
  return Math.max(0, ...sums)
}
