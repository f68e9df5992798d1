import { expect, test } from 'vitest'
import { parse } from '../../../src/filter/language/parse-query.ts'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import { buildKey } from '../../../src/flows/testing/build.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import type { RecordPage } from '../history-store.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { rowsWithShownKeys, ShownKeys } from './shown-keys.ts'

const KEY = { key: buildKey({ destName: 'api' }), sourceLabels: [], destLabels: [] }
/** Of two records, the second one with ten times the bytes. */
const counters = Object.fromEntries(COUNTER_NAMES.map((name) => [name, Float64Array.of(10, 100)])) as Record<
  (typeof COUNTER_NAMES)[number],
  Float64Array
> // all names are there
const PAGE: RecordPage = {
  ...counters,
  keys: [KEY],
  keyIndexes: Uint32Array.of(0, 0),
  starts: Float64Array.of(0, 15),
  seconds: Float64Array.of(15, 15),
  incomplete: null,
}

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(text)
  return parsed.expression
}

function keysOf(filter: Expression, isHidden: boolean): ShownKeys {
  const keys = new ShownKeys({ namespaces: 'all', show: isHidden ? (key) => key : null }, filter)
  keys.add(KEY)
  return keys
}

test.each([
  ['as they are', ALL, false],
  ['by a query on keys where names are hidden', query('dst.name = api'), true],
] as const)('a key is let go once it is taken, and its records are shown on: %s', (_, filter, isHidden) => {
  const keys = keysOf(filter, isHidden)
  expect(keys.isShown(0, PAGE, 0)).toBe(true)
  expect(keys.take(0)).toBe(KEY)
  expect(() => keys.take(0)).toThrow('it was taken')
  expect(keys.isShown(0, PAGE, 1)).toBe(true)
})

test('a key is kept where its records are tested one by one', () => {
  const keys = keysOf(query('bytes > 50'), true)
  expect(keys.isShown(0, PAGE, 0)).toBe(false)
  expect(keys.isShown(0, PAGE, 1)).toBe(true)
  expect(keys.take(0)).toBe(KEY)
  expect(keys.isShown(0, PAGE, 0)).toBe(false)
})

test('keys of many rows are asked for a thousand at a time, and each row has its own', async () => {
  const store = new MemoryHistory()
  const asked: number[] = []
  store.keysOf = async (_, entries) => {
    asked.push(entries.length)
    return entries.map((entry) => ({ ...KEY, key: buildKey({ destPort: Number(entry) }) }))
  }
  const rows = Array.from({ length: 2500 }, (_, i) => BigInt(i))
  const ports: number[] = []
  const viewer = {
    cluster: 'prod',
    show: (key: LabelledKey) => (key.key.destPort % 2 === 0 ? key : null),
  }
  for await (const { row, shown } of rowsWithShownKeys(store, viewer, rows, (each) => each)) {
    expect(shown.key.destPort).toBe(Number(row))
    ports.push(shown.key.destPort)
  }
  expect(ports).toEqual(rows.map(Number).filter((port) => port % 2 === 0))
  expect(asked).toEqual([1000, 1000, 500])
})
