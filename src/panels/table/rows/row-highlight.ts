/** Which rows a query marks while the others stay where they are. */
import { unreachable } from '../../../lib/assert.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { matcher } from '../../../filter/tree/evaluate.ts'
import { fieldOf, type FieldId } from '../../../flows/field.ts'
import { SIGNATURE_FIELDS, type SignatureField } from '../../../flows/identity.ts'
import type { Row } from '../../../state/client/rows.ts'

/** `unknown`: the row stands for several flows, and the one that is here does not match. */
export type Marking = 'marked' | 'unknown' | 'unmarked'

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

/** Whether one flow of a signature answers for all of them; counters and age are the row's own. */
function isOfSignature(query: Expression): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return query.terms.every(isOfSignature)
    case 'not':
      return isOfSignature(query.term)
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
 * How a query marks rows; `now` in Unix seconds. As in the filter, a signature is marked when a flow of it matches: of
 * several only the one last seen is here, so that where it does not match there may be another that does.
 */
export function markingBy(query: Expression, now: number): (row: Row) => Marking {
  const matches = matcher(query, now)
  const answersForAll = isOfSignature(query)
  return (row) => {
    if (matches({ ...row, startTime: row.firstSeen, endTime: row.lastSeen })) return 'marked'
    return row.keys === 1 || answersForAll ? 'unmarked' : 'unknown'
  }
}

/** In words, how many of the rows on the screen are marked, and of how many that cannot be told. */
export function countMarked(markings: readonly Marking[]): string {
  const of = (wanted: Marking): number => markings.filter((each) => each === wanted).length
  const rows = markings.length === 1 ? 'row' : 'rows'
  const are = of('marked') === 1 ? 'is' : 'are'
  const marked = `${of('marked')} of ${markings.length} ${rows} shown ${are} marked`
  return of('unknown') === 0 ? marked : `${marked}; of ${of('unknown')} it cannot be told`
}
