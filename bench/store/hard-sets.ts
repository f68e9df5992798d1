/** The store at its limits: as many keys as rows, and more rows than fit. */
import { create, toBinary } from '@bufbuild/protobuf'

import { FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { growToFit } from '../../src/lib/grow-to-fit.ts'
import { RecordStore } from '../../src/store/keys/record-store.ts'
import { FlowView } from '../../src/store/query/flow-view.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import type { Aim, Figures } from '../figures.ts'
import { measure, mediansInTurns } from '../timing.ts'
import { distinctKeys, recordOf, START, traffic } from '../traffic.ts'
import { emptyStore, fill } from './filling.ts'
import { NOW, request, someFilter, someWord } from './requests.ts'

const ROUNDS = 5
const ROWS = 1_000_000
const KEYS = 11_000
const BUDGET_BYTES = 256 * 2 ** 20

/** Encoded messages, one after the other: of a million objects the garbage collector takes longer than the store. */
interface Messages {
  readonly bytes: Uint8Array
  readonly ends: Uint32Array
}

/** FlowResults of so many records, each of a key of its own. */
function encodeDistinct(records: number): Messages {
  const ends = new Uint32Array(records)
  let bytes = new Uint8Array(2 ** 20)
  let end = 0
  let i = 0
  for (const key of distinctKeys(records)) {
    const flow = flowToMessage(recordOf(key, i, START))
    const message = toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(i + 1), flow }))
    bytes = growToFit(bytes, end + message.length)
    bytes.set(message, end)
    end += message.length
    ends[i++] = end
  }
  return { bytes, ends }
}

/** Milliseconds to append all messages. */
function fillFrom(store: RecordStore, { bytes, ends }: Messages): number {
  return measure(() => {
    let start = 0
    for (const end of ends) {
      store.appendResult(bytes.subarray(start, end))
      start = end
    }
  })
}

/** Sets with as many keys as rows, and with more rows than a budget may hold; rows of a table. */
export function hardSets(figures: Figures): readonly (readonly string[])[] {
  const distinct = emptyStore(true)
  const loaded = fillFrom(distinct, encodeDistinct(ROWS))
  const reader = new FlowView(distinct)
  const { bytes, records, keys, evicted } = distinct.holdings()
  const warm = measure(() => reader.count('intervals', someFilter(9), null, NOW))
  const medians = mediansInTurns(ROUNDS, {
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
  const ms = (what: string, value: number, ...aims: readonly Aim[]) =>
    figures.add({ what, unit: 'ms', aims }, value)
  const lost = (what: string, value: number, ...aims: readonly Aim[]) =>
    figures.add({ what, unit: '', aims }, value)
  return [
    ms('1M rows, 1M keys: loaded from the wire', loaded, { under: 12_000 }),
    lost('1M rows, 1M keys: rows and keys not held', 2 * ROWS - records - keys, { atMost: 0 }),
    lost('1M rows, 1M keys: evicted', evicted, { atMost: 0 }),
    figures.add(
      { what: '1M rows, 1M keys: memory a row', unit: 'B', aims: [{ under: 400 }] },
      bytes / records,
    ),
    ms('1M rows, 1M keys: the first filter', warm, { under: 50 }),
    ms('1M rows, 1M keys: the next filters', medians.filter, { under: 50 }),
    ms('1M rows, 1M keys: text filter', medians.word),
    ms('1M rows, 1M keys: first window of keys', medians.first),
    ms('5M rows, 11k keys in 256 MB: loaded', loadedMany),
    lost(
      '5M rows, 11k keys in 256 MB: rows neither held nor counted as evicted',
      5 * ROWS - held.records - held.evicted,
      { atMost: 0 },
    ),
    figures.add(
      {
        what: '5M rows, 11k keys in 256 MB: memory',
        unit: 'MiB',
        aims: [{ atMost: BUDGET_BYTES / 2 ** 20 }],
      },
      held.bytes / 2 ** 20,
    ),
    ms('5M rows, 11k keys in 256 MB: filter', filterMany, { under: 30 }),
  ]
}
