/** Holds every import to the table in testing/import-table.ts. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

import {
  folderOfRoom,
  importsOf,
  nameViolations,
  type Sources,
  violationsOf,
} from './testing/import-rules.ts'
import { RULES } from './testing/import-table.ts'

/** All but this file, whose made-up sources look like imports. */
function readSources(): Sources {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const paths = ['src', 'server'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path) && path !== 'src/layers.test.ts'),
  )
  return new Map(paths.map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]))
}

/** The violations of one made-up file among the files that it names. */
function violationsIn(path: string, text: string, ...others: string[]): string[] {
  return violationsOf(new Map([[path, text], ...others.map((other): [string, string] => [other, ''])]), RULES)
}

/** Violations of a made-up file that imports another by its path in the project. */
function violationsOfImport(path: string, target: string): string[] {
  const up = '../'.repeat(path.split('/').length - 1)
  return violationsIn(path, `import { a } from '${up}${target}'`, target)
}

describe('the sources', () => {
  const sources = readSources()

  test('keep to the layers and to the order of their inner rooms', () => {
    expect(violationsOf(sources, RULES)).toEqual([])
  })

  test('have names of their own', () => {
    expect(nameViolations([...sources.keys()])).toEqual([])
  })

  test('were found, and their imports read', () => {
    expect(sources.has('src/main.tsx')).toBe(true)
    expect(sources.has('server/main.ts')).toBe(true)
    const client = importsOf(sources.get('src/source/live.ts') ?? '')
    expect(client).toContain('../lib/assert.ts')
    expect(client).toContain('./trouble.ts')
  })

  test('have a row for each name that a row of the table allows', () => {
    for (const table of [RULES.layers, ...Object.values(RULES.rooms)])
      for (const names of Object.values(table)) for (const name of names) expect(table).toHaveProperty([name])
  })

  test('have a folder for each inner room of the table', () => {
    for (const [room, table] of Object.entries(RULES.rooms)) {
      const folder = folderOfRoom(room)
      for (const inner of Object.keys(table).filter((name) => name !== '.'))
        expect([...sources.keys()].some((path) => path.startsWith(`${folder}${inner}/`))).toBe(true)
    }
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
    expect(violationsIn('src/source/x.ts', text, 'src/store/a.ts')).toEqual([
      'src/source/x.ts: source may not import store (src/store/a.ts)',
    ])
  })

  test.each([
    ['src/lib/x.ts', 'src/flows/a.ts'],
    ['src/wire/x.ts', 'src/capture/format/a.ts'],
    ['src/filter/tree/x.ts', 'src/capture/format/a.ts'],
    ['src/filter/tree/x.ts', 'src/trace/words/a.ts'],
    ['src/capture/format/x.ts', 'src/gen/a.ts'],
    ['src/export/x.ts', 'src/store/a.ts'],
    ['src/redact/x.ts', 'src/export/a.ts'],
    ['src/policy/manifest/x.ts', 'src/trace/words/a.ts'],
    ['src/demo/x.ts', 'src/goldmane/a.ts'],
    ['src/demo/x.ts', 'src/gen/a.ts'],
    ['src/source/x.ts', 'src/goldmane/a.ts'],
    ['src/store/keys/x.ts', 'src/gen/a.ts'],
    ['src/state/view/x.ts', 'src/gen/a.ts'],
    ['src/state/view/x.ts', 'src/ui/a.ts'],
    ['src/ui/x.tsx', 'src/flows/a.ts'],
    ['src/panels/table/rows/x.tsx', 'src/store/a.ts'],
    ['src/panels/table/rows/x.tsx', 'src/source/a.ts'],
    ['src/app/x.tsx', 'src/gen/a.ts'],
    ['src/gen/x.ts', 'src/lib/a.ts'],
    ['src/store/x.test.ts', 'src/state/client/a.ts'],
    ['server/cli/x.ts', 'src/store/a.ts'],
    ['server/cli/x.ts', 'src/state/client/a.ts'],
  ])('that %s imports %s', (path, target) => {
    expect(violationsOfImport(path, target)).toEqual([expect.stringContaining('may not import')])
  })

  test.each([
    ['src/filter/tree/x.ts', 'src/filter/language/a.ts'],
    ['src/filter/plan/x.ts', 'src/filter/language/a.ts'],
    ['src/filter/language/x.ts', 'src/filter/scope.ts'],
    ['src/policy/manifest/x.ts', 'src/policy/evaluate/a.ts'],
    ['src/policy/evaluate/x.ts', 'src/policy/lint/a.ts'],
    ['src/policy/evaluate/x.ts', 'src/policy/run/a.ts'],
    ['src/trace/words/x.ts', 'src/trace/ladder/a.ts'],
    ['src/trace/ladder/x.ts', 'src/trace/explain/a.ts'],
    ['src/trace/explain/x.ts', 'src/trace/compare/a.ts'],
    ['src/trace/compare/x.ts', 'src/trace/markdown.ts'],
    ['src/capture/format/x.ts', 'src/capture/cache/a.ts'],
    ['src/capture/cache/x.ts', 'src/capture/scan/a.ts'],
    ['src/capture/scan/x.ts', 'src/capture/read.ts'],
    ['src/store/protocol.ts', 'src/store/columns/a.ts'],
    ['src/store/columns/x.ts', 'src/store/keys/a.ts'],
    ['src/store/keys/x.ts', 'src/store/query/a.ts'],
    ['src/store/query/x.ts', 'src/store/worker/a.ts'],
    ['src/state/remembered/x.ts', 'src/state/commands/a.ts'],
    ['src/state/commands/x.ts', 'src/state/view/a.ts'],
    ['src/state/client/x.ts', 'src/state/view/a.ts'],
    ['src/state/goldmane/x.ts', 'src/state/view/a.ts'],
    ['src/state/view/x.ts', 'src/state/goldmane/a.ts'],
    ['src/panels/inspect/statement/x.ts', 'src/panels/inspect/trace/a.ts'],
    ['src/panels/inspect/trace/x.ts', 'src/panels/inspect/folds/a.ts'],
    ['src/panels/table/layout/x.ts', 'src/panels/table/rows/a.ts'],
    ['src/panels/table/cursor/x.ts', 'src/panels/table/rows/a.ts'],
    ['src/panels/table/rows/x.ts', 'src/panels/table/bar/a.ts'],
    ['src/panels/table/bar/x.ts', 'src/panels/table/empty/a.ts'],
    ['src/panels/table/empty/x.ts', 'src/panels/table/FlowTable.tsx'],
    ['server/bridge/x.ts', 'server/gateway/a.ts'],
    ['server/gateway/x.ts', 'server/cli/a.ts'],
    ['server/demo/x.ts', 'server/bridge/a.ts'],
    ['server/cli/x.ts', 'server/main.ts'],
  ])('that the inner room of %s imports that of %s', (path, target) => {
    expect(violationsOfImport(path, target)).toEqual([expect.stringContaining('may not import')])
  })

  test.each<[string, string, string, RegExp]>([
    [
      'panels that know each other',
      'src/panels/table/rows/x.tsx',
      `import '../../map/a.ts'`,
      /one panel does not import another/,
    ],
    [
      'the server',
      'src/state/view/x.ts',
      `import '../../../server/gateway/a.ts'`,
      /src does not import the server/,
    ],
    [
      'the server in a test',
      'src/lib/x.test.ts',
      `import '../../server/gateway/a.ts'`,
      /does not import the server/,
    ],
    ['what lies outside', 'src/lib/x.ts', `import '../../e2e/a.ts'`, /nothing outside itself \(e2e\/a\.ts\)/],
    ['a file without its ending', 'src/state/view/x.ts', `import '../../lib/a'`, /there is no src\/lib\/a/],
    [
      'React where it is not known',
      'src/store/keys/x.ts',
      `import { memo } from 'react'`,
      /does not know React/,
    ],
    [
      'a library of React, too',
      'src/store/keys/x.ts',
      `import '@tanstack/react-query'`,
      /does not know React/,
    ],
    [
      'what a browser lacks',
      'src/lib/x.ts',
      `import { readFileSync } from 'node:fs'`,
      /a browser has no node:fs/,
    ],
    ['a test library', 'src/lib/x.ts', `import * as fc from 'fast-check'`, /belongs in a test/],
    [
      'a test library of React',
      'src/ui/x.tsx',
      `import { render } from '@testing-library/react'`,
      /belongs in a test/,
    ],
    ['help for tests', 'src/lib/x.ts', `import '../flows/testing/a.ts'`, /is for tests only/],
    ['help for tests nearby', 'src/flows/x.ts', `import './testing/a.ts'`, /is for tests only/],
    ['help for tests of the server', 'server/main.ts', `import './testing/a.ts'`, /is for tests only/],
    ['a computed name', 'src/app/x.ts', 'await import(`./${name}.ts`)', /computed name/],
    ['a folder without a layer', 'src/misc/x.ts', '', /in no layer/],
    ['a folder without a room', 'src/store/misc/x.ts', '', /store has no inner room misc/],
    ['a nameless file', 'src/lib/index.ts', '', /not index/],
    ['a file that is too long', 'src/lib/x.ts', '\n'.repeat(RULES.maxLines + 1), /more than \d+ lines/],
  ])('%s', (_, path, text, violation) => {
    const others = [
      'src/lib/a.ts',
      'src/panels/map/a.ts',
      'src/flows/testing/a.ts',
      'server/testing/a.ts',
      'server/gateway/a.ts',
    ]
    expect(violationsIn(path, text, ...others)).toEqual([expect.stringMatching(violation)])
  })
})

test('the checker finds two product files with one name, unless they are entry points or tests', () => {
  const paths = ['src/lib/a.ts', 'src/flows/a.ts', 'src/main.tsx', 'server/main.ts', 'src/lib/a.test.ts']
  expect(nameViolations(paths)).toEqual(['src/flows/a.ts: src/lib/a.ts has that name, too'])
})

describe('the checker lets through', () => {
  test.each([
    ['a neighbour', 'src/lib/x.ts', `import { a } from './a.ts'`],
    ['the layer below', 'src/flows/x.ts', `import { a } from '../lib/a.ts'`],
    ['React in a panel', 'src/panels/map/x.tsx', `import { memo } from 'react'\nimport './a.ts'`],
    ['the file system in a test', 'src/lib/x.test.ts', `import { readFileSync } from 'node:fs'`],
    ['help for tests in a test', 'src/lib/x.test.ts', `import '../flows/testing/a.ts'`],
    ['help for tests in help for tests', 'src/lib/testing/x.ts', `import '../../flows/testing/a.ts'`],
    ['test data beside a test', 'src/lib/x.test.ts', `new URL('x.golden.txt', import.meta.url)`],
    ['an address that is no file', 'src/lib/x.ts', `new URL('config.json', base)`],
    [
      'an import in a comment',
      'src/lib/x.ts',
      `// import '../store/a.ts'\n/** {@link import('../store/a.ts')} */`,
    ],
    [
      'a long file with a reason',
      'src/lib/x.ts',
      `// Longer than 300 lines because it is one table.\n${'\n'.repeat(500)}`,
    ],
    ['generated code of any length', 'src/gen/x.ts', '\n'.repeat(2000)],
  ])('%s', (_, path, text) => {
    const others = ['src/lib/a.ts', 'src/panels/map/a.ts', 'src/flows/testing/a.ts', 'src/lib/x.golden.txt']
    expect(violationsIn(path, text, ...others)).toEqual([])
  })
})
