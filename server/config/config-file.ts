/** Reads the configuration file: YAML whose values keep their places, so that what is wrong is said with its line. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { UsageError } from '../lib/usage-error.ts'
import type { GivenValue, Layer } from './layers.ts'
import { SETTING_NAMES, SETTINGS, type SettingName } from './settings.ts'

const MAX_CONFIG_BYTES = 1 << 20

/** Throws {@link UsageError} with file, line and column for what is no YAML, a key that is unknown or stands twice. */
export function readConfigLayer(content: string, fileName: string): Layer {
  if (content.length > MAX_CONFIG_BYTES)
    throw new UsageError(`${fileName} is larger than ${MAX_CONFIG_BYTES} bytes`)
  const lines = new LineCounter()
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${fileName}:${line}:${col}`
  }
  const [error] = document.errors
  if (error !== undefined) throw new UsageError(`${place(error.pos[0])}: ${firstSentence(error.message)}`)
  const layer = new Map<SettingName, GivenValue>()
  collect(document, document.contents, [], place, layer)
  return layer
}

type Place = (offset: number) => string

const SETTING_AT = new Map(
  SETTING_NAMES.flatMap((name) => {
    const { file } = SETTINGS[name]
    return file === null ? [] : [[file, name] as const]
  }),
)
/** What stands above a setting: `listen`, `auth`, `auth.proxy`. */
const SECTIONS = new Set(
  [...SETTING_AT.keys()].flatMap((path) => path.split('.').map((_, i, parts) => parts.slice(0, i).join('.'))),
)

/** Adds the settings below `node`, the section at `path`. */
function collect(
  document: Document,
  node: unknown,
  path: readonly string[],
  place: Place,
  layer: Map<SettingName, GivenValue>,
): void {
  // An empty file, and a section whose lines are all comments.
  if (node === null || (isScalar(node) && node.value === null)) return
  if (!isMap(node)) {
    const what = path.length === 0 ? 'the file' : path.join('.')
    throw new UsageError(`${place(offsetOf(node))}: ${what} wants names with values`)
  }
  for (const { key, value } of node.items) {
    const at = place(offsetOf(key))
    const name = isScalar(key) ? String(key.value) : ''
    const inner = [...path, name]
    const dotted = inner.join('.')
    const setting = SETTING_AT.get(dotted)
    if (setting !== undefined) {
      layer.set(setting, {
        value: isNode(value) ? value.toJS(document) : value,
        label: `${at}: ${dotted}`,
        labelOf: (within) => labelWithin(document, inner, within, place),
      })
    } else if (SECTIONS.has(dotted)) {
      collect(document, value, inner, place, layer)
    } else {
      throw new UsageError(`${at}: there is no setting ${dotted}`)
    }
  }
}

/** Place and name of a value inside a list or a map, or of the nearest one around it that has a place. */
function labelWithin(
  document: Document,
  setting: readonly string[],
  within: readonly PropertyKey[],
  place: Place,
): string {
  const path = [...setting, ...within.map((part) => (typeof part === 'number' ? part : String(part)))]
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node)) return `${place(offsetOf(node))}: ${printPath(path)}`
  }
  return printPath(path)
}

function printPath(path: readonly (string | number)[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join('')
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function firstSentence(message: string): string {
  return message.split('\n')[0] ?? message
}
