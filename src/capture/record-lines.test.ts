import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { hasHidden } from '../lib/visible-text.ts'
import { recordLine } from './capture-writer.ts'
import { RecordLines } from './record-lines.ts'
import { anyFlow } from './testing/arbitrary-messages.ts'

/** Numbers with every count of digits, on both sides of what the writer splits, and those that it leaves to `String`. */
const anyCount = fc.oneof(
  fc.constantFrom(0, 9, 10, 999_999_999, 1e9, 1_000_000_001, Number.MAX_SAFE_INTEGER, 2 ** 60, 1.5, -7),
  fc.nat(),
  fc.maxSafeInteger(),
)
const anyCounter = fc.option(anyCount, { freq: 4 })

const anyValues = fc.record({
  startTime: anyCount,
  endTime: anyCount,
  packetsIn: anyCounter,
  packetsOut: anyCounter,
  bytesIn: anyCounter,
  bytesOut: anyCounter,
  numConnectionsStarted: anyCounter,
  numConnectionsCompleted: anyCounter,
  numConnectionsLive: anyCounter,
})

function valuesOf(flow: Flow): Float64Array {
  const { startTime, endTime, packetsIn, packetsOut, bytesIn, bytesOut } = flow
  const { numConnectionsStarted, numConnectionsCompleted, numConnectionsLive } = flow
  const counters = [packetsIn, packetsOut, bytesIn, bytesOut]
  const connections = [numConnectionsStarted, numConnectionsCompleted, numConnectionsLive]
  return Float64Array.of(
    startTime,
    endTime,
    ...[...counters, ...connections].map((each) => each ?? Number.NaN),
  )
}

/** The lines of records of entries, which are the numbers of `keys`. */
function linesOf(keys: readonly Flow[], records: readonly (readonly [number, Flow])[]): string {
  const lines = new RecordLines((entry) => keys[entry] ?? buildFlow())
  for (const [entry, flow] of records) lines.add(entry, valuesOf(flow))
  const size = lines.byteLength
  const bytes = lines.take()
  expect([bytes.length, lines.byteLength]).toEqual([size, 0])
  return new TextDecoder().decode(bytes)
}

test('has the lines that a writer of single records gives', () => {
  fc.assert(
    fc.property(
      fc.array(anyFlow, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), anyValues), { maxLength: 40 }),
      (keys, rows) => {
        const records = rows.map(([number, values]) => {
          const entry = number % keys.length
          return [entry, { ...(keys[entry] ?? buildFlow()), ...values }] as const
        })
        expect(linesOf(keys, records)).toBe(records.map(([, flow]) => recordLine(flow)).join(''))
      },
    ),
    { numRuns: 500 },
  )
})

test('a bare trace has no values, and hidden characters are escaped', () => {
  const bare = buildFlow({ sourceName: '', destName: '' })
  const hidden = buildFlow({ sourceName: 'a\u001b\u202eb' }, { destLabels: ['app=\u0085'] })
  const text = linesOf(
    [bare, hidden],
    [
      [0, bare],
      [1, hidden],
    ],
  )
  expect(text).toBe(recordLine(bare) + recordLine(hidden))
  expect(hasHidden(text.replaceAll('\n', ''))).toBe(false)
})

test('the JSON of an entry is made once', () => {
  const flow = buildFlow()
  const lines = new RecordLines(() => flow)
  for (let i = 0; i < 3; i++) lines.add(7, valuesOf(flow))
  expect(lines.entriesMade).toBe(1)
})
