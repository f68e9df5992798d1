import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { parse } from '../../filter/language/parse.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from './flow-view.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Answers, Row, Shape } from '../protocol.ts'
import { answerTo } from './answer-question.ts'

const NOW = 1_790_001_000

function storeOf(...flows: readonly Flow[]): RecordStore {
  const store = new RecordStore({ budget: 64 * 2 ** 20, live: true })
  for (const [i, flow] of flows.entries()) {
    const result = create(FlowResultSchema, { id: BigInt(i + 1), flow: flowToMessage(flow) })
    store.appendResult(toBinary(FlowResultSchema, result))
  }
  return store
}

function parsed(text: string): Expression {
  const read = parse(text)
  if (!read.ok) throw new Error(`${text} is no filter`)
  return read.expression
}

const T = 1_790_000_010
function seenAt(destPort: number, ...starts: readonly number[]): readonly Flow[] {
  return starts.map((startTime) => buildFlow({ destPort }, { startTime, endTime: startTime + 15 }))
}

const askNew = (store: RecordStore, since: number, limit: number) =>
  answerTo(
    store,
    new FlowView(store),
    { about: 'new', filter: ALL, since, limit },
    NOW,
    null,
  ) as Answers['new'] // the answer to this kind of question

describe('the new signatures', () => {
  test('are those without any record before `since`', () => {
    const store = storeOf(
      ...seenAt(22, T, T + 600),
      ...seenAt(23, T + 600),
      ...seenAt(80, T),
      ...seenAt(443, T + 615),
    )
    const { rows, total } = askNew(store, T + 600, 10)
    expect(new Set(rows.map(({ key }) => key.destPort))).toEqual(new Set([23, 443]))
    expect(total).toBe(2)
    expect(askNew(store, T + 615, 10).total).toBe(1)
  })

  test('are all counted, however few rows are asked for', () => {
    const store = storeOf(...seenAt(22, T + 600), ...seenAt(23, T + 600), ...seenAt(80, T))
    expect(askNew(store, T + 15, 0)).toEqual({ rows: [], total: 2 })
    expect(askNew(store, T + 15, 1)).toMatchObject({ rows: [{}], total: 2 })
  })

  test('include those whose sums pass the filter only since then', () => {
    const [before, after] = [T, T + 600].map((startTime) =>
      buildFlow({}, { startTime, endTime: startTime + 15, bytesIn: 60, bytesOut: 0 }),
    )
    const filter = parsed('bytes > 100')
    const about = { about: 'new', filter, since: T + 600, limit: 0 } as const
    const ask = (...flows: readonly Flow[]) => {
      const store = storeOf(...flows)
      return answerTo(store, new FlowView(store), about, NOW, null)
    }
    expect(ask(before!, after!)).toMatchObject({ total: 1 })
    expect(ask(after!)).toMatchObject({ total: 0 })
  })

  test('are as many as there are rows first seen since then', () => {
    const ports = fc.constantFrom(22, 23, 80, 443)
    fc.assert(
      fc.property(fc.array(fc.tuple(ports, fc.nat(40))), fc.nat(40), (records, at) => {
        const flows = records
          .toSorted(([, a], [, b]) => a - b)
          .flatMap(([port, bucket]) => seenAt(port, T + bucket * 15))
        const { rows, total } = askNew(storeOf(...flows), T + at * 15, 100)
        expect(rows).toHaveLength(total)
        const first = new Map<number, number>()
        for (const [port, bucket] of records) first.set(port, Math.min(bucket, first.get(port) ?? bucket))
        expect(total).toBe([...first.values()].filter((bucket) => bucket >= at).length)
      }),
    )
  })
})

describe('a conversation', () => {
  test.each<Shape>(['flows', 'signatures', 'intervals'])('is found from a row of %s', (shape) => {
    const store = storeOf(buildFlow(), buildFlow({ reporter: 'Dst' }), buildFlow({ destPort: 443 }))
    const reader = new FlowView(store)
    const request = { filter: ALL, time: null, sort: { column: 'seen', descending: true }, limit: 9 } as const
    const { rows } = reader.view({ ...request, shape, offset: 0, selected: null, frozen: false }, NOW)
    const row = rows.find(({ key }) => key.reporter === 'Dst')
    const answer = answerTo(store, reader, { about: 'conversation', id: row?.id ?? '' }, NOW, null)
    // The answer to this kind of question is a list of rows.
    const found = answer as readonly Row[]
    expect(found.map(({ key }) => `${key.reporter} ${key.destPort}`).toSorted()).toEqual(['Dst 80', 'Src 80'])
  })
})
