/** Which rows the highlight query matches. Highlighting neither filters nor sorts. */
import { unreachable } from '../../../lib/assert.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { matcher } from '../../../filter/tree/evaluate.ts'
import { fieldOf, type FieldId } from '../../../flows/field.ts'
import { SIGNATURE_FIELDS, type SignatureField } from '../../../flows/identity.ts'
import type { Row, Shape } from '../../../state/client/rows.ts'

/** `unknown`: the row stands for several flows, and the only one at hand does not match. */
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

/** In which of these the flows of a group differ: its ends are workloads, which have several names. */
const VARYING_IN_GROUP: ReadonlySet<SignatureField> = new Set<SignatureField>([
  'sourceName',
  'destName',
  'destPort',
  'proto',
])

/** The fields in which all flows of a row agree; `decided` is part of the decision that they share. */
function sharedFields(shape: Shape): ReadonlySet<FieldId> {
  const fields = SIGNATURE_FIELDS.filter((field) => shape !== 'groups' || !VARYING_IN_GROUP.has(field))
  return new Set<FieldId>([...fields.flatMap((field) => DECIDED_FIELDS[field]), 'decided'])
}

/** Whether a query has one result for all flows of a row. Counters and age are those of the row, so they qualify. */
function readsOnly(query: Expression, shared: ReadonlySet<FieldId>): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return query.terms.every((term) => readsOnly(term, shared))
    case 'not':
      return readsOnly(query.term, shared)
    case 'compare': {
      const { id, type } = fieldOf(query.field)
      return shared.has(id) || type === 'measure' || type === 'age'
    }
    case 'word':
      return false
    default:
      return unreachable(query, 'expression')
  }
}

/**
 * Returns how the query highlights a row; `now` in Unix seconds. As in the filter, a row matches when one of its
 * flows does. A row holds only the flow last seen: when that one does not match, another may.
 */
export function rowHighlighter(query: Expression, now: number, shape: Shape): (row: Row) => RowHighlight {
  const matches = matcher(query, now)
  const sameForAllFlows = readsOnly(query, sharedFields(shape))
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
