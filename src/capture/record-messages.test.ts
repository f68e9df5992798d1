import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { COUNTER_NAMES } from '../flows/counters.ts'
import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { captureWriter } from './capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER } from './format/capture-header.ts'
import { namesAnEnd } from './names-an-end.ts'
import { readCapture } from './read.ts'
import { RecordMessages } from './record-messages.ts'
import { anyFlow } from './testing/arbitrary-messages.ts'

const HEADER: CaptureHeader = { ...EMPTY_HEADER, tool: 'flowtrace 1', step: 3600 }
const LATER: CaptureHeader = { ...EMPTY_HEADER, incomplete: 'A shard is down' }

function valuesOf(flow: Flow): Float64Array {
  return Float64Array.of(
    flow.startTime,
    flow.endTime,
    ...COUNTER_NAMES.map((name) => flow[name] ?? Number.NaN),
  )
}

function written(flows: readonly Flow[], later: readonly CaptureHeader[] = []) {
  const messages = new RecordMessages((entry) => flows[entry] ?? buildFlow(), HEADER)
  const parts: Uint8Array[] = []
  for (const [entry, flow] of flows.entries()) {
    messages.add(entry, valuesOf(flow))
    if (entry % 3 === 0) parts.push(messages.take())
  }
  messages.end(later)
  return { bytes: Buffer.concat([...parts, messages.take()]), messages }
}

test('has the messages that a writer of single records gives', () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 12 }), fc.boolean(), (flows, isIncomplete) => {
      const later = isIncomplete ? [LATER] : []
      const { bytes, messages } = written(flows, later)
      const single = captureWriter('protobuf')
      single.header(HEADER)
      const records = flows.filter(({ key }) => namesAnEnd(key)).map((flow) => single.record(flow, null))
      for (const header of later) single.header(header)
      expect(bytes.equals(Buffer.concat([...records, single.end()].map((part) => Buffer.from(part))))).toBe(
        true,
      )
      expect(messages.leftOut).toBe(flows.filter(({ key }) => !namesAnEnd(key)).length)
      expect(messages.isEmpty).toBe(records.length === 0)
    }),
  )
})

test('is read back with its headers, the one at the end too, and with counters that were not recorded', async () => {
  const flows = [0, 15, 30].map((startTime, i) =>
    buildFlow({ destPort: 80 + i }, { startTime: 1_790_000_000 + startTime, bytesIn: i === 1 ? null : 5 }),
  )
  const { bytes } = written(flows, [LATER])
  const read: Flow[] = []
  const headers: CaptureHeader[] = []
  for await (const batch of readCapture(new Blob([bytes]).stream())) {
    read.push(...batch.flows)
    headers.push(...batch.headers)
  }
  expect(read).toEqual(flows)
  expect(headers).toEqual([HEADER, LATER])
})
