import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from './flow-view.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Answers, Question, Row, RowKind, ViewRequest } from '../protocol.ts'
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

const T = 1_790_000_010
function seenAt(destPort: number, ...starts: readonly number[]): readonly Flow[] {
  return starts.map((startTime) => buildFlow({ destPort }, { startTime, endTime: startTime + 15 }))
}

function deniedAt(sourceName: string, ...starts: readonly number[]): readonly Flow[] {
  return starts.map((startTime) =>
    buildFlow({ sourceName, action: 'Deny' }, { startTime, endTime: startTime + 15 }),
  )
}

function newDenials(
  filter: Expression,
  newSince: number,
  limit: number,
): Extract<Question, { about: 'rows' }> {
  const sort = { column: 'attention', descending: true } as const
  return { about: 'rows', shape: 'groups', filter, time: null, sort, limit, newSince, only: 'new-denial' }
}

function requestOf(shape: RowKind): ViewRequest {
  return {
    shape,
    filter: ALL,
    time: null,
    sort: { column: 'seen', descending: true },
    offset: 0,
    limit: 9,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'records',
  }
}

const askNew = (store: RecordStore, since: number, limit: number) =>
  answerTo(new FlowView(store), newDenials(ALL, since, limit), NOW, null) as Answers['rows'] // of this kind of question

describe('the new denials', () => {
  test('are the denied groups without any record before `newSince`', () => {
    const store = storeOf(
      ...deniedAt('old', T, T + 600),
      ...deniedAt('fresh', T + 600),
      ...seenAt(443, T + 615),
      ...deniedAt('newest', T + 615),
    )
    const { rows, total } = askNew(store, T + 600, 10)
    expect(rows.map(({ key }) => key.sourceName)).toEqual(['fresh', 'newest'])
    expect(total).toBe(2)
    expect(askNew(store, T + 615, 10).total).toBe(1)
  })

  test('are all counted, however few rows are asked for', () => {
    const store = storeOf(...deniedAt('a', T + 600), ...deniedAt('b', T + 600), ...deniedAt('c', T))
    expect(askNew(store, T + 15, 0)).toEqual({ rows: [], total: 2 })
    expect(askNew(store, T + 15, 1)).toMatchObject({ rows: [{}], total: 2 })
  })

  test('are as many as there are denied groups first seen since then', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd')
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat(40))), fc.nat(40), (records, at) => {
        const flows = records
          .toSorted(([, a], [, b]) => a - b)
          .flatMap(([name, bucket]) => deniedAt(name, T + bucket * 15))
        const { rows, total } = askNew(storeOf(...flows), T + at * 15, 100)
        expect(rows).toHaveLength(total)
        const first = new Map<string, number>()
        for (const [name, bucket] of records) first.set(name, Math.min(bucket, first.get(name) ?? bucket))
        expect(total).toBe([...first.values()].filter((bucket) => bucket >= at).length)
      }),
    )
  })
})

describe('a conversation', () => {
  test.each<RowKind>(['keys', 'signatures', 'intervals'])('is found from a row of %s', (shape) => {
    const store = storeOf(buildFlow(), buildFlow({ reporter: 'Dst' }), buildFlow({ destPort: 443 }))
    const reader = new FlowView(store)
    const { rows } = reader.rows(requestOf(shape), NOW)
    const row = rows.find(({ key }) => key.reporter === 'Dst')
    const answer = answerTo(reader, { about: 'conversation', id: row?.id ?? '' }, NOW, null)
    // The answer to this kind of question is a list of rows.
    const found = answer as readonly Row[]
    expect(found.map(({ key }) => `${key.reporter} ${key.destPort}`).toSorted()).toEqual(['Dst 80', 'Src 80'])
  })
})
