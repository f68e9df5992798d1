/**
 * `view.json` of a bundle: what the screen showed, with the notes. Each member that cannot be read is left out by itself
 * and said with its place, because the capture beside it is worth opening anyway.
 */
import type { ColumnChoice } from '../flows/chosen-columns.ts'
import { COLUMNS, type ColumnId } from '../flows/column.ts'
import { isObject } from '../lib/is-object.ts'
import { MAX_NOTES_LENGTH, VIEW_FILE } from './bundle-files.ts'

const FORMAT = 'flowtrace-bundle'
const VERSION = 1

/** Characters of a value that a problem quotes. */
const MAX_QUOTED_LENGTH = 40

export interface BundleView {
  /** The program that wrote the bundle, with its version. */
  readonly tool: string
  /** The query string of the view's address, without the capture; the codec is that of links. */
  readonly view: string
  /** Null where the columns are to stay as the reader has them. */
  readonly columns: ColumnChoice | null
  readonly notes: string
}

export interface ParsedViewFile extends Omit<BundleView, 'view'> {
  /** Null where it could not be read. */
  readonly view: string | null
  /** Whether the file says that it is of a bundle of ours. */
  readonly isOurs: boolean
  /** What could not be read, each with its place: `view.json: columns.order[2]: …`. */
  readonly problems: readonly string[]
}

const NOTHING = { tool: '', view: null, columns: null, notes: '' }

/** The text of the file: JSON with a version, one member a line, and a newline at the end. */
export function writeViewFile({ tool, view, columns, notes }: BundleView): string {
  const chosen =
    columns === null ? null : { order: columns.order, hidden: columns.hidden, kept: columns.kept }
  const members = { format: FORMAT, version: VERSION, tool, view, columns: chosen, notes }
  return `${JSON.stringify(members, null, 2)}\n`
}

/** What a bundle without a readable view.json has. */
export function noView(problem: string): ParsedViewFile {
  return { ...NOTHING, isOurs: false, problems: [`${VIEW_FILE}: ${problem}`] }
}

/** Reads {@link writeViewFile}. Never throws. Members that this version does not know are ignored. */
export function parseViewFile(text: string): ParsedViewFile {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return noView(error instanceof Error ? error.message : 'it is not JSON')
  }
  if (!isObject(json)) return noView('it is not a JSON object')
  if (json['format'] !== FORMAT) return noView(`format is not "${FORMAT}"`)
  const version = json['version']
  if (version !== VERSION) {
    const isNewer = typeof version === 'number' && version > VERSION
    const why = isNewer ? 'is newer than this Flowtrace, which reads' : 'is none; this Flowtrace reads'
    return { ...noView(`version ${quoted(version)} ${why} ${VERSION}`), isOurs: true }
  }
  const problems: string[] = []
  const members = {
    tool: textAt(json, 'tool', problems) ?? '',
    view: textAt(json, 'view', problems),
    columns: columnsAt(json['columns'], problems),
    notes: notesAt(json, problems),
  }
  return { ...members, isOurs: true, problems: problems.map((problem) => `${VIEW_FILE}: ${problem}`) }
}

function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, MAX_QUOTED_LENGTH)
}

function textAt(json: Readonly<Record<string, unknown>>, name: string, problems: string[]): string | null {
  const value = json[name]
  if (typeof value === 'string') return value
  problems.push(`${name}: ${value === undefined ? 'is missing' : `${quoted(value)} is no text`}`)
  return null
}

function notesAt(json: Readonly<Record<string, unknown>>, problems: string[]): string {
  const notes = textAt(json, 'notes', problems) ?? ''
  if (notes.length <= MAX_NOTES_LENGTH) return notes
  problems.push(`notes: cut after ${MAX_NOTES_LENGTH} of ${notes.length} characters`)
  return notes.slice(0, MAX_NOTES_LENGTH)
}

function columnsAt(value: unknown, problems: string[]): ColumnChoice | null {
  if (value === null) return null
  if (!isObject(value)) {
    problems.push(`columns: ${value === undefined ? 'is missing' : `${quoted(value)} is no object`}`)
    return null
  }
  const before = problems.length
  const order = columnIdsAt(value['order'], 'columns.order', problems)
  const hidden = columnIdsAt(value['hidden'], 'columns.hidden', problems)
  const kept = columnIdsAt(value['kept'], 'columns.kept', problems)
  if (problems.length > before) return null
  // Columns that this version has and that one had not come last.
  return { order: [...new Set([...order, ...COLUMNS.map(({ id }) => id)])], hidden, kept }
}

/** Stops at the first entry that is no column: a list of anything else would be a list of problems. */
function columnIdsAt(value: unknown, place: string, problems: string[]): readonly ColumnId[] {
  if (!Array.isArray(value)) {
    problems.push(`${place}: ${value === undefined ? 'is missing' : `${quoted(value)} is no list`}`)
    return []
  }
  const ids: ColumnId[] = []
  for (const [index, each] of value.entries()) {
    const id = COLUMNS.find((column) => column.id === each)?.id
    if (id === undefined) {
      problems.push(`${place}[${index}]: there is no column ${quoted(each)}`)
      return ids
    }
    ids.push(id)
  }
  return ids
}
