/**
 * What a row of the table says in each column, for files: the titles of the field registry and the words of the screen.
 * Numbers stay numbers, times are ISO 8601 in UTC, and names are whole, with control characters made visible.
 */
import { columnOf, type ColumnId } from '../flows/column.ts'
import { fieldOf, type MeasureFieldId } from '../flows/field.ts'
import type { Counters, LabelledKey } from '../flows/flow.ts'
import type { RowShape } from '../flows/row-shape.ts'
import {
  displayName,
  displayNamespace,
  displayPath,
  displayPort,
  displayPorts,
  NO_NAMESPACE,
  recordedPort,
  workloadOf,
} from '../flows/spelling.ts'
import { ensure, unreachable } from '../lib/assert.ts'
import { isoTime } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'
import { compactTrace } from '../trace/ladder/compact-trace.ts'
import { pendingWords, verdictWords } from '../trace/words/verdict-words.ts'

/** A column of the table, or the number of records, for which the table has no column of its own. */
export type ExportColumnId = ColumnId | 'records'

/** A row as it is written. Times are Unix seconds, 0 where the capture has none. */
export interface ExportRow extends LabelledKey, Counters {
  readonly firstSeen: number
  readonly lastSeen: number
  /** How many records it sums. */
  readonly records: number
  /** The ports that are known, and how many there are in all. */
  readonly ports: readonly { readonly proto: string; readonly port: number }[]
  readonly portCount: number
}

/** One cell of a row; null is what was not recorded. */
export interface ExportCell {
  readonly title: string
  readonly of: (row: ExportRow) => string | number | null
}

/** All columns, in the order of the registry. */
export const ALL_COLUMNS: readonly ExportColumnId[] = [
  'action',
  'source',
  'destination',
  'port',
  'service',
  'decided',
  'pending',
  'reporter',
  'conns',
  'records',
  'packets',
  'bytes',
  'first',
  'seen',
]

/** A group is of workloads: its rows were merged over rollouts, so that no name with a hash is that of all of them. */
function nameIn(shape: RowShape, name: string, namespace: string): string {
  return displayName(shape === 'groups' ? workloadOf(name) : name, namespace)
}

function pathIn(shape: RowShape, name: string, namespace: string): string {
  return displayPath(namespace, shape === 'groups' ? workloadOf(name) : name)
}

function timeOf(seconds: number): string | null {
  return seconds === 0 ? null : isoTime(seconds)
}

/** The sum of a measure; packets and bytes of a format without counters were not recorded. */
function measureCell(id: MeasureFieldId): ExportCell {
  const field = fieldOf(id)
  return {
    title: field.title,
    of: (row) => (field.type === 'measure' ? field.of(row) : null),
  }
}

function serviceOf(name: string): string | null {
  return name === '' ? null : name === '-' ? NO_NAMESPACE : visibleText(name)
}

function decidedWords({ key }: ExportRow): string {
  const { known, policy, at, text } = compactTrace(key)
  return known ? [policy?.path ?? '', at].filter(Boolean).join(' ') : text
}

/** What staged policies would change; a file says in words what the screen says by an empty cell. */
function pendingText({ key }: ExportRow): string {
  const { state, text } = pendingWords(key)
  return state === 'same' ? 'same' : text
}

function reporterWords({ key: { reporter } }: ExportRow): string {
  const field = fieldOf('reporter')
  return visibleText(field.type === 'text' ? (field.shown?.(reporter) ?? reporter) : reporter)
}

/** The cells of a column for a program: names apart from their namespaces, ports from their protocol. */
export function cellsOf(id: ExportColumnId, shape: RowShape): readonly ExportCell[] {
  switch (id) {
    case 'action':
      return [{ title: columnOf(id).title, of: ({ key }) => verdictWords(key.action, key.reporter) }]
    case 'source':
      return [
        { title: fieldOf('src.ns').title, of: ({ key }) => displayNamespace(key.sourceNamespace) },
        {
          title: columnOf(id).title,
          of: ({ key }) => nameIn(shape, key.sourceName, key.sourceNamespace),
        },
      ]
    case 'destination':
      return [
        { title: fieldOf('dst.ns').title, of: ({ key }) => displayNamespace(key.destNamespace) },
        { title: columnOf(id).title, of: ({ key }) => nameIn(shape, key.destName, key.destNamespace) },
      ]
    case 'service':
      return [
        { title: fieldOf('svc.ns').title, of: ({ key }) => serviceOf(key.destServiceNamespace) },
        { title: columnOf(id).title, of: ({ key }) => serviceOf(key.destServiceName) },
      ]
    case 'port':
      return portCells(shape)
    case 'decided':
      return [
        { title: fieldOf('tier').title, of: ({ key }) => compactTrace(key).tier },
        { title: columnOf(id).title, of: decidedWords },
      ]
    case 'pending':
      return [{ title: columnOf(id).title, of: pendingText }]
    case 'reporter':
      return [{ title: columnOf(id).title, of: reporterWords }]
    case 'conns':
    case 'packets':
    case 'bytes':
      return [measureCell(id)]
    case 'records':
      return [{ title: 'Records', of: ({ records }) => records }]
    case 'first':
      return [{ title: columnOf(id).title, of: ({ firstSeen }) => timeOf(firstSeen) }]
    case 'seen':
      return [{ title: columnOf(id).title, of: ({ lastSeen }) => timeOf(lastSeen) }]
    default:
      return unreachable(id, 'column')
  }
}

function portCells(shape: RowShape): readonly ExportCell[] {
  const { title } = columnOf('port')
  if (shape === 'groups') return [{ title: `${title}s`, of: portsText }]
  return [
    { title: fieldOf('proto').title, of: ({ key }) => (key.proto === '' ? null : visibleText(key.proto)) },
    { title, of: ({ key }) => recordedPort(key) },
  ]
}

function portsText({ key, ports, portCount }: ExportRow): string {
  return ports.length === 0 ? displayPort(key) : displayPorts(ports, portCount)
}

/** What a reader sees in one cell where {@link cellsOf} has two. */
const JOINED: Readonly<Partial<Record<ExportColumnId, (row: ExportRow, shape: RowShape) => string | null>>> =
  {
    source: ({ key }, shape) => pathIn(shape, key.sourceName, key.sourceNamespace),
    destination: ({ key }, shape) => pathIn(shape, key.destName, key.destNamespace),
    service: servicePath,
    port: (row, shape) => (shape === 'groups' ? portsText(row) : displayPort(row.key)),
    decided: ({ key }) => compactTrace(key).text,
  }

/** The one cell of a column for a reader: `namespace/name`, `tcp 80`, `default default-deny rule 1`. */
export function shownCellOf(id: ExportColumnId, shape: RowShape): ExportCell {
  const cell = ensure(cellsOf(id, shape).at(-1), 'each column has a cell')
  const joined = JOINED[id]
  return joined === undefined ? cell : { title: cell.title, of: (row) => joined(row, shape) }
}

function servicePath({ key: { destServiceName, destServiceNamespace } }: ExportRow): string | null {
  const name = serviceOf(destServiceName)
  return name === null || destServiceName === '-' ? name : `${displayNamespace(destServiceNamespace)}/${name}`
}
