/** Which rows the highlight query matches. Highlighting neither filters nor sorts. */
import { unreachable } from '../../../lib/assert.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { matcher } from '../../../filter/tree/evaluate.ts'
import { fieldOf, type FieldId } from '../../../flows/field.ts'
import { SIGNATURE_FIELDS, type SignatureField } from '../../../flows/identity.ts'
import type { Row } from '../../../state/client/rows.ts'

/** `unknown`: the row is a signature of several flows, and the only one at hand does not match. */
export type RowHighlight = 'highlighted' | 'unknown' | 'none'

/** The query's fields that a field of the signature decides; those of either end need both. */
const DECIDED_FIELDS: Readonly<Record<SignatureField, readonly FieldId[]>> = {
  sourceName: ['src.name', 'name'],
  sourceNamespace: ['src.ns', 'ns'],
  sourceType: ['src.type', 'type'],
  destName: ['dst.name', 'name'],
  destNamespace: ['dst.ns', 'ns'],
  destType: ['dst.type', 'type'],
  destPort: ['port'],
  proto: ['proto'],
  reporter: ['reporter'],
  action: ['action'],
}

/** The fields in which all flows of a signature agree; `decided` is part of the decision that they share. */
const SHARED_FIELDS: ReadonlySet<FieldId> = new Set<FieldId>([
  ...SIGNATURE_FIELDS.flatMap((field) => DECIDED_FIELDS[field]),
  'decided',
])

/** Whether a query has one result for all flows of a signature. Counters and age are those of the row, so they qualify. */
function readsSharedFieldsOnly(query: Expression): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return query.terms.every(readsSharedFieldsOnly)
    case 'not':
      return readsSharedFieldsOnly(query.term)
    case 'compare': {
      const { id, type } = fieldOf(query.field)
      return SHARED_FIELDS.has(id) || type === 'measure' || type === 'age'
    }
    case 'word':
      return false
    default:
      return unreachable(query, 'expression')
  }
}

/**
 * Returns how the query highlights a row; `now` in Unix seconds. As in the filter, a signature matches when one of its
 * flows does. A row holds only the flow last seen: when that one does not match, another may.
 */
export function rowHighlighter(query: Expression, now: number): (row: Row) => RowHighlight {
  const matches = matcher(query, now)
  const sameForAllFlows = readsSharedFieldsOnly(query)
  return (row) => {
    if (matches({ ...row, startTime: row.firstSeen, endTime: row.lastSeen })) return 'highlighted'
    return row.keys === 1 || sameForAllFlows ? 'none' : 'unknown'
  }
}

/** A sentence of how many rows on the screen are highlighted, and of how many that is unknown. */
export function describeHighlights(highlights: readonly RowHighlight[]): string {
  const of = (wanted: RowHighlight): number => highlights.filter((each) => each === wanted).length
  const rows = highlights.length === 1 ? 'row' : 'rows'
  const are = of('highlighted') === 1 ? 'is' : 'are'
  const summary = `${of('highlighted')} of ${highlights.length} ${rows} shown ${are} highlighted`
  return of('unknown') === 0 ? summary : `${summary}; of ${of('unknown')} it cannot be told`
}
