/** The columns of the flow table: their fields and sort keys. src/panels/table renders the cells. */
import { fieldOf, type FieldId, type MeasureFieldId, NOT_COMPUTED } from './field.ts'
import type { LabelledKey } from './flow.ts'
import { decidingHit, namedPolicy, verdictOf } from './hit.ts'
import { spelledName } from './spelling.ts'

export type ColumnId =
  | 'seen'
  | 'first'
  | 'action'
  | 'pending'
  | 'source'
  | 'destination'
  | 'service'
  | 'port'
  | 'reporter'
  | 'decided'
  | 'bytes'
  | 'packets'
  | 'conns'

/** Sorts by a text of the key (bytewise, ascending first), by a sum of counters, or by the time first or last seen. */
export type SortKey =
  | { readonly by: 'text'; readonly of: (subject: LabelledKey) => string }
  | { readonly by: 'measure'; readonly field: MeasureFieldId }
  | { readonly by: 'first' }
  | { readonly by: 'last' }

export interface Column {
  readonly id: ColumnId
  readonly title: string
  /** The fields that a cell shows and can be filtered by, in the order shown. */
  readonly fields: readonly FieldId[]
  readonly sort: SortKey
  /** The initial width in pixels; the minimum for a column that takes the remaining width. */
  readonly width: number
  /** Whether it is shown until the user chooses columns. */
  readonly shownByDefault: boolean
}

function column(
  id: ColumnId,
  title: string,
  fields: readonly FieldId[],
  sort: SortKey,
  width: number,
  shownByDefault = true,
): Column {
  return { id, title, fields, sort, width, shownByDefault }
}

const byText = (of: (subject: LabelledKey) => string): SortKey => ({ by: 'text', of })
const byMeasure = (field: MeasureFieldId): SortKey => ({ by: 'measure', field })

/** All columns, in the default order. */
export const COLUMNS: readonly Column[] = [
  column('seen', fieldOf('seen').title, ['seen'], { by: 'last' }, 92),
  column('first', 'First seen', [], { by: 'first' }, 92, false),
  column(
    'action',
    'Verdict',
    ['action'],
    byText(({ key }) => key.action),
    84,
  ),
  column(
    'pending',
    'Pending',
    ['pending', 'changed'],
    byText(({ key }) => verdictOf(key.policies.pending) ?? NOT_COMPUTED),
    132,
    false,
  ),
  column(
    'source',
    'Source',
    ['src.name', 'src.ns'],
    byText(({ key }) => `${key.sourceNamespace}/${spelledName(key.sourceName)}`),
    120,
  ),
  column(
    'destination',
    'Destination',
    ['dst.name', 'dst.ns'],
    byText(({ key }) => `${key.destNamespace}/${spelledName(key.destName)}`),
    120,
  ),
  column(
    'service',
    'Service',
    ['service', 'svc.ns'],
    byText(({ key }) => `${key.destServiceNamespace}/${key.destServiceName}`),
    110,
    false,
  ),
  column(
    'port',
    'Port',
    ['port', 'proto'],
    byText(({ key }) => `${key.proto} ${String(key.destPort).padStart(5, '0')}`),
    84,
  ),
  column(
    'reporter',
    'Reporter',
    ['reporter'],
    byText(({ key }) => key.reporter),
    104,
    false,
  ),
  column(
    'decided',
    'Decided by',
    ['decided', 'tier'],
    byText(({ key }) => {
      const hit = decidingHit(key.policies.enforced)
      if (hit === undefined) return ''
      const { namespace, name } = namedPolicy(hit)
      return `${hit.tier}/${namespace}/${name}/${String(hit.ruleIndex + 1).padStart(5, '0')}`
    }),
    170,
  ),
  column('bytes', 'Bytes', ['bytes'], byMeasure('bytes'), 84, false),
  column('packets', 'Packets', ['packets'], byMeasure('packets'), 84, false),
  column('conns', 'Connections', ['conns'], byMeasure('conns'), 104),
]

/** Returns the column of an id. */
export function columnOf(id: ColumnId): Column {
  const found = COLUMNS.find((entry) => entry.id === id)
  if (found === undefined) throw new Error(`No column ${id}`)
  return found
}
