import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'

import { flowToMessage } from '../capture/message.ts'
import { ALL } from '../filter/expression.ts'
import { buildFlow } from '../flows/build.ts'
import type { Flow } from '../flows/flow.ts'
import { FlowResultSchema } from '../gen/goldmane/api_pb.ts'
import { FlowStore } from './flow-store.ts'
import type { Row, Shape } from './protocol.ts'
import { answerTo } from './questions.ts'

const NOW = 1_790_001_000

function storeOf(...flows: readonly Flow[]): FlowStore {
  const store = new FlowStore({ budget: 64 * 2 ** 20, live: true })
  for (const [i, flow] of flows.entries()) {
    const result = create(FlowResultSchema, { id: BigInt(i + 1), flow: flowToMessage(flow) })
    store.appendResult(toBinary(FlowResultSchema, result))
  }
  return store
}

describe('a conversation', () => {
  test.each<Shape>(['flows', 'signatures', 'intervals'])('is found from a row of %s', (shape) => {
    const store = storeOf(buildFlow(), buildFlow({ reporter: 'Dst' }), buildFlow({ destPort: 443 }))
    const reader = store.openView()
    const request = { filter: ALL, time: null, sort: { column: 'seen', descending: true }, limit: 9 } as const
    const { rows } = reader.view({ ...request, shape, offset: 0, selected: null, frozen: false }, NOW)
    const row = rows.find(({ key }) => key.reporter === 'Dst')
    const answer = answerTo(store, reader, { about: 'conversation', id: row?.id ?? '' }, NOW, null)
    // The answer to this kind of question is a list of rows.
    const found = answer as readonly Row[]
    expect(found.map(({ key }) => `${key.reporter} ${key.destPort}`).toSorted()).toEqual(['Dst 80', 'Src 80'])
  })
})
