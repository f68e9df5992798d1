/**
 * The design's table of imports, executed. It reads the sources as text: no compiler API is needed, and none would do
 * (TypeScript 7 has none). A new folder under src needs a row here before it can hold a file.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const BELOW_FILTER = ['lib', 'flows']
const BELOW_SOURCE = [...BELOW_FILTER, 'policy', 'trace', 'filter', 'capture']
const BELOW_STORE = [...BELOW_SOURCE, 'goldmane', 'demo', 'source']
const BELOW_STATE = [...BELOW_STORE, 'store']
// Panels see the source and the store only through state.
const BELOW_PANELS = [...BELOW_SOURCE, 'goldmane', 'demo', 'state', 'ui']
const BELOW_APP = [...BELOW_STATE, 'state', 'ui', 'panels']

/** What each folder of src may import beside itself. Panels are one layer, but each only knows itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  gen: [],
  lib: [],
  flows: ['lib'],
  policy: BELOW_FILTER,
  trace: [...BELOW_FILTER, 'policy'],
  filter: [...BELOW_FILTER, 'gen'],
  capture: [...BELOW_FILTER, 'gen'],
  goldmane: [...BELOW_SOURCE, 'gen'],
  demo: BELOW_SOURCE,
  source: [...BELOW_SOURCE, 'gen'],
  store: [...BELOW_STORE, 'gen'],
  state: BELOW_STATE,
  ui: ['lib'],
  panels: BELOW_PANELS,
  app: BELOW_APP,
  // main.tsx and the tests beside it.
  '.': [...BELOW_APP, 'app'],
}

const WITH_REACT: ReadonlySet<string> = new Set(['state', 'ui', 'panels', 'app', '.'])
const REACT = /^(react|react-dom|@base-ui\/react|@tanstack\/react-[a-z]+)(\/|$)/
const TEST_LIBRARY = /^(vitest|fast-check)(\/|$)/
const IS_TEST = /\.test\.tsx?$/

const MAX_LINES = 400
/** Stands in the first lines of a file that may be longer. */
const LONG_BECAUSE = /longer than \d+ lines because /i

/** Path below src to text. */
type Sources = ReadonlyMap<string, string>

function layerOf(path: string): string {
  const [folder, ...rest] = path.split('/')
  return folder === undefined || rest.length === 0 ? '.' : folder
}

/** Of a file in panels: which panel. */
function panelOf(path: string): string | null {
  const [folder, panel] = path.split('/')
  return folder === 'panels' ? (panel ?? null) : null
}

/** Without the lines that are comments; the code's own strings stay. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .join('\n')
}

/** Everything that a file imports: values, types, side effects, dynamic imports, workers and other files by URL. */
function importsOf(text: string): string[] {
  const code = withoutComments(text)
  const forms = [
    /^\s*(?:import|export)\b[^'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
    /\bnew URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g,
  ]
  return forms.flatMap((form) => [...code.matchAll(form)].map((match) => match[1] ?? ''))
}

/** Everything that breaks the table, in words; empty when nothing does. */
function faultsOf(sources: Sources): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(text)]))
  const faults: string[] = []
  for (const [path, text] of sources) {
    faults.push(...faultsOfFile(path, text))
    for (const target of imports.get(path) ?? []) {
      const fault = target.startsWith('.')
        ? faultOfFile(path, posix.normalize(posix.join(posix.dirname(path), target)), sources)
        : faultOfPackage(path, target)
      if (fault) faults.push(`${path}: ${fault}`)
    }
  }
  return [...faults, ...faultsOfTestHelp(imports)]
}

function faultsOfFile(path: string, text: string): string[] {
  const faults: string[] = []
  if (!(layerOf(path) in MAY))
    faults.push(`${path}: the folder is in no layer; give it a row in layers.test.ts`)
  if (/(^|\/)index\.tsx?$/.test(path)) faults.push(`${path}: name the file for what it holds, not index`)
  const lines = text.split('\n')
  const reason = lines.slice(0, 5).some((line) => LONG_BECAUSE.test(line))
  if (layerOf(path) !== 'gen' && lines.length > MAX_LINES + 1 && !reason) {
    faults.push(`${path}: more than ${MAX_LINES} lines; split it, or say in its first lines that it is`)
  }
  if (/\bimport\(\s*[^'"\s]/.test(withoutComments(text)))
    faults.push(`${path}: an import of a computed name cannot be checked`)
  return faults
}

function faultOfFile(path: string, target: string, sources: Sources): string | null {
  if (target.startsWith('..')) {
    const inTest = IS_TEST.test(path) && !target.startsWith('../server')
    return inTest ? null : `src imports nothing outside itself, such as ${target.slice(3)}`
  }
  const isCode = !/\.(css|json|txt|svg)$/.test(target)
  if (isCode && !sources.has(target)) return `there is no ${target}; imports name the file with its ending`
  const from = layerOf(path)
  const to = layerOf(target)
  if (from === to) {
    return panelOf(path) === panelOf(target) ? null : `one panel does not import another, ${target}`
  }
  return MAY[from]?.includes(to) ? null : `${from} may not import ${to} (${target})`
}

function faultOfPackage(path: string, name: string): string | null {
  const layer = layerOf(path)
  if (REACT.test(name) && !WITH_REACT.has(layer)) return `${layer} does not know React (${name})`
  if (name.startsWith('node:') && !IS_TEST.test(path)) return `a browser has no ${name}`
  return null
}

/** Builders of tests may stand in files of their own; then only tests, and such files, may import them. */
function faultsOfTestHelp(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const forTests = (path: string) =>
    IS_TEST.test(path) || (imports.get(path) ?? []).some((name) => TEST_LIBRARY.test(name))
  const faults: string[] = []
  for (const [path, targets] of imports) {
    if (forTests(path)) continue
    for (const target of targets.filter((name) => name.startsWith('.'))) {
      const file = posix.normalize(posix.join(posix.dirname(path), target))
      if (forTests(file)) faults.push(`${path}: ${file} is for tests only`)
    }
  }
  return faults
}

/** All but this file, whose made-up sources look like imports. */
function readSources(): Sources {
  const root = fileURLToPath(new URL('.', import.meta.url))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && path !== 'layers.test.ts')
  return new Map(paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]))
}

/** The faults of one made-up file among the files that it names. */
function faultsIn(path: string, text: string, ...others: string[]): string[] {
  return faultsOf(new Map([[path, text], ...others.map((other): [string, string] => [other, ''])]))
}

describe('the sources', () => {
  const sources = readSources()

  test('keep to the layers', () => {
    expect(faultsOf(sources)).toEqual([])
  })

  test('were found, and their imports read', () => {
    expect(sources.has('main.tsx')).toBe(true)
    const client = importsOf(sources.get('source/live.ts') ?? '')
    expect(client).toContain('../gen/goldmane/api_pb.ts')
    expect(client).toContain('./trouble.ts')
  })

  test('have a folder for each layer of the table that anything imports', () => {
    for (const layers of Object.values(MAY)) for (const layer of layers) expect(MAY).toHaveProperty([layer])
  })
})

describe('the checker finds', () => {
  test.each([
    ['a value', `import { a } from '../store/a.ts'`],
    ['a type', `import type { A } from '../store/a.ts'`],
    ['several lines', `import {\n  a,\n  type B,\n} from '../store/a.ts'`],
    ['a name of its own', `import * as a from "../store/a.ts"`],
    ['a side effect', `import '../store/a.ts'`],
    ['what is passed on', `export { a } from '../store/a.ts'`],
    ['types passed on', `export type * from '../store/a.ts'`],
    ['a dynamic import', `const a = await import('../store/a.ts')`],
    ['a dynamic import over lines', `const a = import(\n  '../store/a.ts'\n)`],
    ['the type of a module', `type A = typeof import('../store/a.ts')`],
    ['a worker', `new Worker(new URL('../store/a.ts', import.meta.url), { type: 'module' })`],
    ['one after another statement', `export const x = 1\n\nimport { a } from '../store/a.ts'`],
  ])('an import upwards by %s', (_, text) => {
    expect(faultsIn('source/x.ts', text, 'store/a.ts')).toEqual([
      'source/x.ts: source may not import store (store/a.ts)',
    ])
  })

  test.each([
    ['lib/x.ts', 'flows/a.ts'],
    ['filter/x.ts', 'capture/a.ts'],
    ['filter/x.ts', 'trace/a.ts'],
    ['policy/x.ts', 'trace/a.ts'],
    ['demo/x.ts', 'goldmane/a.ts'],
    ['demo/x.ts', 'gen/a.ts'],
    ['source/x.ts', 'goldmane/a.ts'],
    ['state/x.ts', 'gen/a.ts'],
    ['state/x.ts', 'ui/a.ts'],
    ['ui/x.tsx', 'flows/a.ts'],
    ['panels/table/x.tsx', 'store/a.ts'],
    ['panels/table/x.tsx', 'source/a.ts'],
    ['app/x.tsx', 'gen/a.ts'],
    ['gen/x.ts', 'lib/a.ts'],
    ['store/x.test.ts', 'state/a.ts'],
  ])('that %s imports %s', (path, target) => {
    const up = '../'.repeat(path.split('/').length - 1)
    expect(faultsIn(path, `import { a } from '${up}${target}'`, target)).toEqual([
      expect.stringContaining('may not import'),
    ])
  })

  test.each<[string, string, string, RegExp]>([
    [
      'panels that know each other',
      'panels/table/x.tsx',
      `import '../map/a.ts'`,
      /one panel does not import another/,
    ],
    ['the server', 'state/x.ts', `import '../../server/a.ts'`, /outside itself, such as server\/a\.ts/],
    ['the server in a test', 'state/x.test.ts', `import '../../server/a.ts'`, /outside itself/],
    ['a file without its ending', 'state/x.ts', `import '../lib/a'`, /there is no lib\/a/],
    ['React where it is not known', 'store/x.ts', `import { memo } from 'react'`, /does not know React/],
    ['a library of React, too', 'store/x.ts', `import '@tanstack/react-query'`, /does not know React/],
    [
      'what a browser lacks',
      'lib/x.ts',
      `import { readFileSync } from 'node:fs'`,
      /a browser has no node:fs/,
    ],
    ['a computed name', 'app/x.ts', 'await import(`./${name}.ts`)', /computed name/],
    ['a folder without a layer', 'misc/x.ts', '', /in no layer/],
    ['a nameless file', 'lib/index.ts', '', /not index/],
    ['a file that is too long', 'lib/x.ts', '\n'.repeat(401), /more than 400 lines/],
  ])('%s', (_, path, text, fault) => {
    expect(faultsIn(path, text, 'lib/a.ts', 'panels/map/a.ts')).toEqual([expect.stringMatching(fault)])
  })

  test('help for tests that the product uses', () => {
    const sources = new Map([
      ['filter/arbitrary.ts', `import * as fc from 'fast-check'`],
      ['filter/odd.ts', `import * as fc from 'fast-check'\nimport { some } from './arbitrary.ts'`],
      ['filter/x.test.ts', `import { some } from './arbitrary.ts'`],
      ['store/x.ts', `import { some } from '../filter/arbitrary.ts'`],
    ])
    expect(faultsOf(sources)).toEqual(['store/x.ts: filter/arbitrary.ts is for tests only'])
  })
})

describe('the checker lets through', () => {
  test.each([
    ['a neighbour', 'lib/x.ts', `import { a } from './a.ts'`],
    ['the layer below', 'flows/x.ts', `import { a } from '../lib/a.ts'`],
    ['React in a panel', 'panels/map/x.tsx', `import { memo } from 'react'\nimport './a.ts'`],
    ['the file system in a test', 'lib/x.test.ts', `import { readFileSync } from 'node:fs'`],
    ['test data beside a test', 'lib/x.test.ts', `new URL('x.golden.txt', import.meta.url)`],
    ['an address that is no file', 'lib/x.ts', `new URL('config.json', base)`],
    [
      'an import in a comment',
      'lib/x.ts',
      `// import '../store/a.ts'\n/** {@link import('../store/a.ts')} */`,
    ],
    [
      'a long file with a reason',
      'lib/x.ts',
      `// Longer than 400 lines because it is one table.\n${'\n'.repeat(500)}`,
    ],
    ['generated code of any length', 'gen/x.ts', '\n'.repeat(2000)],
  ])('%s', (_, path, text) => {
    expect(faultsIn(path, text, 'lib/a.ts', 'panels/map/a.ts')).toEqual([])
  })
})
