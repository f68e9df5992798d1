import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { anyFlow } from '../filter/testing/arbitrary-queries.ts'
import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { recordLine, RecordLines } from './record-line.ts'

test('a line from a template is the line of the record', () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { minLength: 1, maxLength: 3 }), fc.array(anyFlow), (keys, counters) => {
      const lines = new RecordLines()
      for (const [i, counted] of counters.entries()) {
        const { key, sourceLabels, destLabels } = keys[i % keys.length]!
        const flow: Flow = { ...counted, key, sourceLabels, destLabels }
        expect(lines.line(flow)).toBe(recordLine(flow))
      }
    }),
  )
})

test('zeros, what was not recorded and other labels of one key are told apart', () => {
  const lines = new RecordLines()
  const flow = buildFlow()
  for (const change of [
    {},
    { bytesIn: 0 },
    { numConnectionsLive: null },
    { numConnectionsLive: 0, packetsIn: 7 },
    { sourceLabels: ['app=other'] },
    { startTime: 0, endTime: 0 },
    {},
  ])
    expect(lines.line({ ...flow, ...change })).toBe(recordLine({ ...flow, ...change }))
})

test('a name with the digits of a placeholder is no place for a number', () => {
  const lines = new RecordLines()
  const named = buildFlow({ sourceName: '8999999999999900', destName: '8999999999999904' })
  for (const bytesIn of [1, 2])
    expect(lines.line({ ...named, bytesIn })).toBe(recordLine({ ...named, bytesIn }))
})
