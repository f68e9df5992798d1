/**
 * Holds source files to a table of allowed imports. It reads the sources as text, because TypeScript 7 offers no
 * compiler API. Paths are relative to the project: `src/store/query/matching-rows.ts`, `server/main.ts`.
 */
import { posix } from 'node:path'

/** What each name may import beside itself. */
export type Allowed = Readonly<Record<string, readonly string[]>>

export interface ImportRules {
  /** The layers: the folders of `src`, `.` for the files directly in it, and `server`. */
  readonly layers: Allowed
  /**
   * The inner rooms of a large layer, by the layer's path: `store`, `panels/table`, `server`, `server/history`. `.` stands for the files
   * that lie directly in it.
   */
  readonly rooms: Readonly<Record<string, Allowed>>
  /** The layers that may import React and its libraries. */
  readonly withReact: ReadonlySet<string>
  readonly maxLines: number
}

/** Path to text. */
export type Sources = ReadonlyMap<string, string>

const REACT = /^(react|react-dom|@base-ui\/react|@tanstack\/react-[a-z]+)(\/|$)/
const TEST_LIBRARY = /^(vitest|fast-check|happy-dom|@testing-library)(\/|$)/
const IS_TEST = /\.test\.tsx?$/
const IN_TESTING = /(^|\/)testing\//
/** Stands in the first lines of a file that may be longer. */
const LONG_BECAUSE = /longer than \d+ lines because /i

/** Whether a path is product code: neither a test nor help for tests. */
function isProduct(path: string): boolean {
  return !IS_TEST.test(path) && !IN_TESTING.test(path)
}

/** The layer of a file: its folder below `src`, `.` for a file directly in `src`, or `server`. */
function layerOf(path: string): string {
  const [top, folder, ...rest] = path.split('/')
  if (top === 'server') return 'server'
  return folder === undefined || rest.length === 0 ? '.' : folder
}

/** Of a file in panels: which panel. */
function panelOf(path: string): string | null {
  return /^src\/panels\/([^/]+)\//.exec(path)?.[1] ?? null
}

/** Of a layer with rooms, with a slash at its end. */
export function folderOfRoom(room: string): string {
  return room === 'server' || room.startsWith('server/') ? `${room}/` : `src/${room}/`
}

/** The inner room of a file in a layer that has rooms: its folder there, or `.`. */
function innerRoomOf(path: string, room: string): string | null {
  const folder = folderOfRoom(room)
  if (!path.startsWith(folder)) return null
  const [first, ...rest] = path.slice(folder.length).split('/')
  return rest.length === 0 ? '.' : (first ?? '.')
}

/** Without the lines that are comments; the code's own strings stay. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join('\n')
}

/** Everything that a file imports: values, types, side effects, dynamic imports, workers and other files by URL. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text)
  const forms = [
    /^\s*(?:import|export)\b[^'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g,
  ]
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ''))
}

/** Everything that breaks the rules, in words; empty when nothing does. */
export function violationsOf(sources: Sources, rules: ImportRules): string[] {
  return [...sources].flatMap(([path, text]) => {
    const imports = importsOf(text).map((target) =>
      target.startsWith('.')
        ? importViolation(path, posix.normalize(posix.join(posix.dirname(path), target)), sources, rules)
        : packageViolation(path, target, rules),
    )
    return [...fileViolations(path, text, rules), ...imports]
      .filter((violation) => violation !== null)
      .map((violation) => `${path}: ${violation}`)
  })
}

/** Two product files with one name are hard to find and to talk about; only the two entry points share theirs. */
export function nameViolations(paths: readonly string[]): string[] {
  const firstWith = new Map<string, string>()
  return paths.filter(isProduct).flatMap((path) => {
    const name = posix.basename(path).replace(/\.tsx?$/, '')
    const first = firstWith.get(name)
    if (first === undefined) firstWith.set(name, path)
    return first === undefined || name === 'main' ? [] : [`${path}: ${first} has that name, too`]
  })
}

function fileViolations(path: string, text: string, rules: ImportRules): string[] {
  const violations: string[] = []
  const layer = layerOf(path)
  if (layer !== 'testing' && !(layer in rules.layers))
    violations.push('the folder is in no layer; give it a row in src/testing/import-table.ts')
  for (const [room, allowed] of Object.entries(rules.rooms)) {
    const inner = innerRoomOf(path, room)
    if (inner !== null && inner !== 'testing' && !(inner in allowed))
      violations.push(`${room} has no inner room ${inner}; give it a row in src/testing/import-table.ts`)
  }
  if (/(^|\/)index\.tsx?$/.test(path)) violations.push('name the file for what it holds, not index')
  const lines = text.split('\n')
  const reason = lines.slice(0, 5).some((line) => LONG_BECAUSE.test(line))
  if (layer !== 'gen' && isProduct(path) && lines.length > rules.maxLines + 1 && !reason)
    violations.push(`more than ${rules.maxLines} lines; split it, or say in its first lines why it is`)
  if (/\bimport\(\s*[^'"\s]/.test(withoutComments(text)))
    violations.push('an import of a computed name cannot be checked')
  return violations
}

function importViolation(path: string, target: string, sources: Sources, rules: ImportRules): string | null {
  const code = /^(src|server)\//.test(target)
  if (!code && isProduct(path) && path.startsWith('src/'))
    return `src imports nothing outside itself (${target})`
  if (!code) return null
  if (!/\.(css|json|txt|svg)$/.test(target) && !sources.has(target))
    return `there is no ${target}; imports name the file with its ending`
  if (path.startsWith('src/') && target.startsWith('server/'))
    return `src does not import the server (${target})`
  if (IN_TESTING.test(target)) return isProduct(path) ? `${target} is for tests only` : null
  return layerViolation(path, target, rules) ?? roomViolation(path, target, rules)
}

function layerViolation(path: string, target: string, rules: ImportRules): string | null {
  const from = layerOf(path)
  const to = layerOf(target)
  if (from === 'testing') return null
  if (from !== to) {
    // Tests encode messages, and those of the server try the page's own client against it.
    const forTest = !isProduct(path) && (from === 'server' || to === 'gen')
    return forTest || rules.layers[from]?.includes(to) ? null : `${from} may not import ${to} (${target})`
  }
  return panelOf(path) === panelOf(target) ? null : `one panel does not import another (${target})`
}

/** Tests stand beside their file and may set up what they need from any inner room of their layer. */
function roomViolation(path: string, target: string, rules: ImportRules): string | null {
  if (!isProduct(path)) return null
  for (const [room, allowed] of Object.entries(rules.rooms)) {
    const from = innerRoomOf(path, room)
    const to = innerRoomOf(target, room)
    if (from === null || to === null || from === to) continue
    if (!allowed[from]?.includes(to))
      return `${folderOfRoom(room)}${from} may not import ${folderOfRoom(room)}${to} (${target})`
  }
  return null
}

function packageViolation(path: string, name: string, rules: ImportRules): string | null {
  const layer = layerOf(path)
  if (layer === 'server' || !isProduct(path)) return null
  if (REACT.test(name) && !rules.withReact.has(layer)) return `${layer} does not know React (${name})`
  if (name.startsWith('node:')) return `a browser has no ${name}`
  if (TEST_LIBRARY.test(name)) return `${name} belongs in a test or a testing folder`
  return null
}
