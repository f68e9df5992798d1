/**
 * Measures the store: every query of the page over a million records, beside plain objects and beside a bare scan of the
 * columns that the query reads; then decoding, memory, and data sets with as many keys as rows or beyond the budget.
 */
import { gzipSync } from 'node:zlib'

import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter } from '@bufbuild/protobuf/wire'

import { BUCKET_SECONDS } from '../src/flows/bucket.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import { readCapture } from '../src/capture/read.ts'
import { writeFlow } from '../src/capture/write.ts'
import { ALL, type Comparison, type Expression, type Operator } from '../src/filter/tree/expression.ts'
import type { ColumnId } from '../src/flows/column.ts'
import type { FieldId } from '../src/flows/field.ts'
import type { Flow } from '../src/flows/flow.ts'
import { FlowResultSchema, FlowSchema } from '../src/gen/goldmane/api_pb.ts'
import { RecordStore } from '../src/store/keys/record-store.ts'
import { FlowView } from '../src/store/query/flow-view.ts'
import type { ViewRequest } from '../src/store/protocol.ts'
import { copyOf, facetsOfObjects, filterObjects, histogramOfObjects, sortObjects } from './plain-objects.ts'
import { formatMs, formatTable, formatWhole, measure, median, mediansInTurns, usedBytes } from './timing.ts'
import { START, type Traffic, traffic } from './traffic.ts'

const ROWS = 1_000_000
const KEYS = 11_000
const ROUNDS = 5
const DECODED = 200_000
const ARRIVING = 50_000
const NEW_KEYS = 10
const BUDGET_BYTES = 256 * 2 ** 20
/** So large that nothing is evicted. */
const AMPLE_BUDGET_BYTES = 4 * 2 ** 30
const NOW = START + 86_400
const FACETS: readonly FieldId[] = ['action', 'src.ns', 'dst.ns', 'src.name', 'dst.name', 'port', 'policy']
const STEPS = 60

function compare(field: FieldId, operator: Operator, text: string): Comparison {
  return { kind: 'compare', field, operator, values: [{ kind: 'text', text, wildcard: false }] }
}

/** And, or and not of four fields; another filter in each round, so that no cache has it. */
function someFilter(round: number): Expression {
  return {
    kind: 'and',
    terms: [
      compare('dst.ns', '=', `team-${1 + round}`),
      { kind: 'or', terms: [compare('action', '=', 'Deny'), compare('proto', '!=', 'udp')] },
      { kind: 'not', term: compare('src.ns', '=', 'kube-system') },
    ],
  }
}

/** A bare word, which is searched for in names, namespaces, services, policies and labels. */
const someWord = (round: number): Expression => ({ kind: 'word', text: `vice-${round + 1}` })

function request(shape: ViewRequest['shape'], filter: Expression, column: ColumnId = 'seen'): ViewRequest {
  const sort = { column, descending: true }
  return {
    shape,
    filter,
    time: null,
    sort,
    offset: 0,
    limit: 50,
    selected: null,
    frozen: false,
    newSince: null,
    arrangement: null,
    trendMeasure: 'conns',
  }
}

/** A lower bound for any query of rows: reads each value of these columns once. */
function scanColumns(store: RecordStore, columns: readonly ('entries' | 'starts')[]): void {
  let sum = 0
  for (const chunk of store.rows.chunks) {
    for (const column of columns) {
      const values = chunk[column]
      for (let row = 0; row < chunk.length; row++) sum += values[row] ?? 0
    }
  }
  if (Number.isNaN(sum)) throw new Error('a scan that adds up to nothing')
}

/** Milliseconds to append all records. */
function fill(store: RecordStore, { rows, flow }: Traffic): number {
  return measure(() => {
    for (let i = 0; i < rows; i++) store.append(flow(i))
  })
}

interface Variants {
  readonly what: string
  readonly aim: string
  readonly store: (round: number) => void
  readonly objects: (round: number) => void
  readonly scan: () => void
  /** Runs before each turn, after one more record was appended. */
  readonly before?: () => void
}

function compareWithObjects(store: RecordStore, flows: Flow[]): readonly (readonly string[])[] {
  const reader = new FlowView(store)
  const facets = FACETS.map((field) => ({ field, search: '', limit: 10 }))
  const entries = (): void => scanColumns(store, ['entries'])
  const both = (): void => scanColumns(store, ['entries', 'starts'])
  const places = {
    first: 'first window sorted by',
    again: 'first window again, with one more record, by',
    middle: 'window in the middle sorted by',
  } as const
  const sorted = (
    column: 'seen' | 'source' | 'bytes',
    place: keyof typeof places,
    aim: string,
  ): Variants => ({
    what: `${places[place]} ${column}`,
    aim,
    store: () => {
      const offset = place === 'middle' ? flows.length >> 1 : 0
      reader.view({ ...request('intervals', ALL, column), offset }, NOW)
    },
    objects: () => sortObjects(flows, column),
    scan: both,
    // A list in another order, so that the cached list cannot be extended.
    before: () => {
      if (place !== 'again') reader.view(request('intervals', ALL, 'packets'), NOW)
    },
  })
  const variants: readonly Variants[] = [
    {
      what: 'filter: and, or, not of four fields',
      aim: '5',
      store: (round) => reader.count('intervals', someFilter(round), null, NOW),
      objects: (round) => filterObjects(flows, someFilter(round)),
      scan: entries,
    },
    {
      what: 'text filter over names, policies and labels',
      aim: '15',
      store: (round) => reader.count('intervals', someWord(round), null, NOW),
      objects: (round) => filterObjects(flows, someWord(round)),
      scan: entries,
    },
    sorted('seen', 'first', '20'),
    sorted('source', 'first', '20'),
    sorted('bytes', 'first', '20'),
    sorted('source', 'again', '20'),
    sorted('bytes', 'again', '20'),
    sorted('seen', 'middle', '60'),
    sorted('bytes', 'middle', '60'),
    {
      what: 'histogram by verdict',
      aim: '10',
      store: () => reader.histogram(request('intervals', ALL), STEPS, 'records', NOW),
      objects: () => histogramOfObjects(flows, START, 4 * BUCKET_SECONDS, STEPS + 1),
      scan: both,
    },
    {
      what: '7 facets',
      aim: '5',
      store: () => reader.facets(request('intervals', ALL), facets, NOW),
      objects: () => facetsOfObjects(flows, FACETS),
      scan: entries,
    },
  ]
  const [oneMore] = flows
  return variants.map(({ what, aim, store: columns, objects, scan: bare, before }) => {
    // One more record before each turn invalidates what is cached of the rows, as records that arrive do.
    const figures = mediansInTurns(ROUNDS, { columns, objects, bare }, () => {
      if (oneMore !== undefined) store.append(oneMore)
      before?.()
    })
    return [
      what,
      `< ${aim}`,
      formatMs(figures.columns),
      formatMs(figures.objects),
      (figures.columns / figures.objects).toFixed(3),
      formatMs(figures.bare),
    ]
  })
}

/** Answers what the page asks after a key press: the window, the facets and the histogram, under a new filter. */
function answer(reader: FlowView, shape: ViewRequest['shape'], filter: Expression): void {
  const view = request(shape, filter)
  reader.view(view, NOW)
  const facets = FACETS.map((field) => ({ field, search: '', limit: 10 }))
  reader.facets(view, facets, NOW)
  reader.histogram(view, STEPS, 'records', NOW)
}

/** Returns what makes records of keys that are not in the traffic, each of another one. */
function newKeysIn({ flow, rows }: Traffic): () => Flow {
  let made = 0
  return () => {
    const like = flow(rows - 1 - made)
    return { ...like, key: { ...like.key, sourceName: `newcomer-${made++ >> 1}-*` } }
  }
}

function keystrokes(store: RecordStore, set: Traffic): readonly (readonly string[])[] {
  const { flow, rows } = set
  const reader = new FlowView(store)
  const { keys, groups, signatures, intervals } = mediansInTurns(ROUNDS, {
    keys: (round) => answer(reader, 'keys', someFilter(round + ROUNDS)),
    groups: (round) => answer(reader, 'groups', someFilter(round + ROUNDS)),
    signatures: (round) => answer(reader, 'signatures', someFilter(round + ROUNDS)),
    intervals: (round) => answer(reader, 'intervals', someFilter(round + ROUNDS)),
  })
  const newcomers = newKeysIn(set)
  const { groupsOfNew, intervalsOfNew } = mediansInTurns(
    ROUNDS,
    {
      groupsOfNew: () => reader.view(request('groups', ALL), NOW),
      intervalsOfNew: () => reader.view(request('intervals', ALL), NOW),
    },
    () => {
      for (let i = 0; i < NEW_KEYS; i++) store.append(newcomers())
    },
  )
  const arriving = Array.from({ length: ARRIVING }, (_, i) => flow(rows - ARRIVING + i))
  const append = measure(() => {
    for (const each of arriving) store.append(each)
  })
  const after = measure(() => answer(reader, 'keys', someFilter(0)))
  return [
    ['keystroke to answer: window, facets, histogram; keys', '< 33 ms to paint', `${formatMs(keys)} ms`],
    ['the same, groups', '< 33 ms to paint', `${formatMs(groups)} ms`],
    ['the same, signatures', '< 33 ms to paint', `${formatMs(signatures)} ms`],
    ['the same, intervals', '< 33 ms to paint', `${formatMs(intervals)} ms`],
    [`${NEW_KEYS} records of new keys, then the window of groups`, '', `${formatMs(groupsOfNew)} ms`],
    ['the same, intervals', '', `${formatMs(intervalsOfNew)} ms`],
    [`${formatWhole(ARRIVING)} records appended (vocabulary to columns)`, '', `${formatMs(append)} ms`],
    ['… then window, facets, histogram', '< 33 ms to paint', `${formatMs(after)} ms`],
  ]
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const SLICE = 65_536
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close()
      else controller.enqueue(bytes.slice(at, (at += SLICE)))
    },
  })
}

/** The message with its length before it, as in a length-delimited capture. */
function prefixed(message: Uint8Array): Uint8Array {
  return new BinaryWriter().bytes(message).finish()
}

async function readInto(store: RecordStore, bytes: Uint8Array): Promise<number> {
  const started = performance.now()
  for await (const { flows } of readCapture(streamOf(bytes))) for (const flow of flows) store.append(flow)
  return performance.now() - started
}

function emptyStore(live: boolean): RecordStore {
  return new RecordStore({ budget: AMPLE_BUDGET_BYTES, live })
}

async function decode(set: Traffic): Promise<readonly (readonly string[])[]> {
  const results: Uint8Array[] = []
  const messages: Uint8Array[] = []
  const lines: string[] = []
  for (let i = 0; i < DECODED; i++) {
    const flow = set.flow(i)
    const message = flowToMessage(flow)
    const id = BigInt(((i * 7919) % set.keys) + 1)
    results.push(toBinary(FlowResultSchema, create(FlowResultSchema, { id, flow: message })))
    messages.push(toBinary(FlowSchema, message))
    lines.push(writeFlow(flow))
  }
  const text = Buffer.from(lines.join('\n'))
  const packed = gzipSync(text, { level: 6 })
  const { live, file, parse } = mediansInTurns(ROUNDS, {
    live: () => {
      const store = emptyStore(true)
      for (const result of results) store.appendResult(result)
    },
    file: () => {
      const store = emptyStore(false)
      for (const message of messages) store.appendFlowMessage(message)
    },
    parse: () => {
      const objects: unknown[] = []
      for (const line of lines) objects.push(JSON.parse(line))
    },
  })
  const delimited = Buffer.concat(messages.map(prefixed))
  const captures = { delimited, text, packed }
  const times: Record<keyof typeof captures, number[]> = { delimited: [], text: [], packed: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['delimited', 'text', 'packed'] as const)
      times[name].push(await readInto(emptyStore(false), captures[name]))
  }
  const rate = (milliseconds: number): string => `${formatWhole((DECODED / milliseconds) * 1000)}/s`
  const rates = (name: keyof typeof captures): string =>
    `${rate(median(times[name]))}, the first time ${rate(times[name][0] ?? Number.NaN)}`
  const size = messages.reduce((sum, { length }) => sum + length, 0) / DECODED
  return [
    [`live frames into columns (${formatWhole(size)} bytes each)`, '> 150,000/s', rate(live)],
    ['protobuf messages into columns', '> 200,000/s', rate(file)],
    ['length-delimited protobuf through the capture reader', '> 200,000/s', rates('delimited')],
    [
      `NDJSON through the capture reader (${formatWhole(text.length / DECODED)} bytes each)`,
      '> 80,000/s',
      rates('text'),
    ],
    ['NDJSON.gz through the capture reader', '> 80,000/s', rates('packed')],
    ['for comparison: JSON.parse of the lines to objects', '', rate(parse)],
  ]
}

function hardSets(): readonly (readonly string[])[] {
  const distinct = new RecordStore({ budget: AMPLE_BUDGET_BYTES, live: false })
  const loaded = fill(distinct, traffic(ROWS, ROWS))
  const reader = new FlowView(distinct)
  const { bytes, records, keys, evicted } = distinct.holdings()
  const warm = measure(() => reader.count('intervals', someFilter(9), null, NOW))
  const figures = mediansInTurns(ROUNDS, {
    filter: (round) => reader.count('intervals', someFilter(round), null, NOW),
    word: (round) => reader.count('intervals', someWord(round), null, NOW),
    first: (round) => reader.view(request('keys', someFilter(round)), NOW),
  })
  const many = new RecordStore({ budget: BUDGET_BYTES, live: false })
  const loadedMany = fill(many, traffic(5 * ROWS, KEYS))
  const readerOfMany = new FlowView(many)
  readerOfMany.count('intervals', someFilter(9), null, NOW)
  const { filter: filterMany } = mediansInTurns(ROUNDS, {
    filter: (round) => readerOfMany.count('intervals', someFilter(round), null, NOW),
  })
  const held = many.holdings()
  return [
    ['1M rows, 1M keys: loaded', '', `${formatWhole(loaded)} ms`],
    [
      '… held, and evicted',
      'nothing lost',
      `${formatWhole(records)} rows, ${formatWhole(keys)} keys, ${formatWhole(evicted)} evicted`,
    ],
    ['… memory', '< 400 B a row', `${formatWhole(bytes / records)} B a row`],
    [
      '… filter, the first and the next ones',
      '< 50 ms',
      `${formatMs(warm)} ms, ${formatMs(figures.filter)} ms`,
    ],
    ['… text filter', '', `${formatMs(figures.word)} ms`],
    ['… first window of keys', '', `${formatMs(figures.first)} ms`],
    ['5M rows, 11k keys in 256 MB: loaded', '', `${formatWhole(loadedMany)} ms`],
    [
      '… held, and evicted',
      'fits, or evicts visibly',
      `${formatWhole(held.records)} rows, ${formatWhole(held.evicted)} evicted, ${formatWhole(held.bytes / 2 ** 20)} MB`,
    ],
    ['… filter', '< 30 ms', `${formatMs(filterMany)} ms`],
  ]
}

export async function run(): Promise<void> {
  const set = traffic(ROWS, KEYS)
  const store = new RecordStore({ budget: AMPLE_BUDGET_BYTES, live: false })
  fill(store, set)
  const { bytes, keys } = store.holdings()
  const before = usedBytes()
  const flows = Array.from({ length: ROWS }, (_, i) => copyOf(set.flow(i)))
  const objectBytes = usedBytes() - before
  console.log(
    `Store: ${formatWhole(ROWS)} records, ${formatWhole(keys)} keys; medians of ${ROUNDS}, all variants in turns\n`,
  )
  const columns = ['what', 'aim, ms', 'columns, ms', 'plain objects, ms', 'ratio', 'bare scan, ms']
  console.log(formatTable(columns, compareWithObjects(store, flows)))
  const whatAimFigure = ['what', 'aim', 'figure']
  console.log(
    `\n${formatTable(whatAimFigure, [
      ['memory, keys included', '< 60 B a row, plus keys', `${formatWhole(bytes / ROWS)} B a row`],
      ['memory against plain objects', '< 0.04', (bytes / objectBytes).toFixed(3)],
      ...keystrokes(store, set),
    ])}`,
  )
  flows.length = 0
  console.log(`\n${formatTable(whatAimFigure, await decode(set))}`)
  console.log(`\n${formatTable(whatAimFigure, hardSets())}`)
}
