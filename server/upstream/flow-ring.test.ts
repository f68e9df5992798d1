import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'

import { buildFlow } from '../../src/flows/testing/build.ts'
import type { Flow, FlowKey } from '../../src/flows/flow.ts'
import { type FlowResult, FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../../src/wire/testing/flow-to-message.ts'
import { FlowRing } from './flow-ring.ts'
import { EVERYTHING, type RingReader } from './ring/ring-view.ts'

const START = 1_790_000_010

function message(
  id: number,
  bucket: number,
  key: Partial<FlowKey> = {},
  flow: Partial<Omit<Flow, 'key'>> = {},
) {
  const startTime = START + bucket * 15
  const built = buildFlow(key, { startTime, endTime: startTime + 15, ...flow })
  return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(built) }))
}

function resultsIn(frames: Buffer): FlowResult[] {
  const results: FlowResult[] = []
  for (let at = 0; at < frames.length;) {
    expect(frames[at]).toBe(0)
    const end = at + 5 + frames.readUInt32BE(at + 1)
    expect(end).toBeLessThanOrEqual(frames.length)
    results.push(fromBinary(FlowResultSchema, frames.subarray(at + 5, end)))
    at = end
  }
  return results
}

function readAll(reader: RingReader, maxBytes = 64 * 1024): FlowResult[] {
  const results: FlowResult[] = []
  for (let frames = reader.read(maxBytes); frames !== null; frames = reader.read(maxBytes))
    results.push(...resultsIn(frames))
  return results
}

test('gives back what came in, with an id of its own', () => {
  const ring = new FlowRing({ maxBytes: 2 ** 24 })
  const first = message(77, 0, { sourceName: 'a' })
  const second = message(78, 0, { sourceName: 'b' })
  expect([first, second, first].map((each) => ring.append(each))).toEqual(['stored', 'stored', 'known'])
  ring.publish()
  const reader = ring.openReader(EVERYTHING, 0)
  expect(reader.backFill).toEqual({ sent: 0, total: 2 })
  const results = readAll(reader)
  expect(results.map(({ id }) => id)).toEqual([1n, 2n])
  expect(results.map(({ flow }) => flow)).toEqual(
    [first, second].map((each) => fromBinary(FlowResultSchema, each).flow),
  )
  expect(reader.backFill).toBeNull()
  ring.append(message(77, 1, { sourceName: 'a' }))
  expect(reader.read(100)).toBeNull()
  ring.publish()
  expect(readAll(reader).map(({ id }) => id)).toEqual([1n])
})
