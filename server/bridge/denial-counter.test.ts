/** Holds the counts of a viewer to the records that the same viewer's stream brings. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Action, type FlowResult } from '../../src/gen/goldmane/api_pb.ts'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { EVERYONE, type Viewer } from '../auth/viewer.ts'
import { encodedResult, readAll, startOf } from '../testing/ring-frames.ts'
import { FlowRing } from '../upstream/flow-ring.ts'
import { DenialCounter, type DenialCounts } from './denial-counter.ts'
import { viewOf } from './viewer-view.ts'

const NAMESPACES = ['alpha', 'bravo', 'charlie'] as const
const anyEnd = fc.record({
  namespace: fc.constantFrom(...NAMESPACES, '-'),
  name: fc.constantFrom('web', 'api'),
})
const anyViewer: fc.Arbitrary<Viewer> = fc.oneof(
  fc.constant(EVERYONE),
  fc.record({
    name: fc.constant('jane'),
    namespaces: fc.subarray([...NAMESPACES], { minLength: 1 }).map((names) => new Set(names)),
    hidesOtherEnd: fc.boolean(),
  }),
)
const anyRecord = fc.record({
  // Around the border of new, and two hours that do not fit together.
  bucket: fc.constantFrom(0, 1, 100, 219, 220, 221, 222, 239, 240, 360),
  source: anyEnd,
  dest: anyEnd,
  port: fc.constantFrom(80, 443),
  action: fc.constantFrom('Allow', 'Deny', 'Deny'),
})

/** What the counts should be, from the records of the viewer's stream alone. */
function countReceived(results: readonly FlowResult[], ring: FlowRing): DenialCounts | null {
  const { oldestBucket, newestBucket } = ring
  if (oldestBucket === null || newestBucket === null) return null
  const since = newestBucket + BUCKET_SECONDS - 300
  const firstDenied = new Map<string, number>()
  for (const { flow } of results) {
    if (flow?.Key?.action !== Action.Deny) continue
    const { sourceNamespace, sourceName, destNamespace, destName } = flow.Key
    const pair = [sourceNamespace, sourceName, destNamespace, destName].join(' ')
    firstDenied.set(pair, Math.min(firstDenied.get(pair) ?? Infinity, Number(flow.startTime)))
  }
  const fresh = [...firstDenied.values()].filter((first) => first >= since).length
  return { deniedPairs: firstDenied.size, newDenials: since - oldestBucket >= 300 ? fresh : null }
}

test('a viewer is told the denied pairs of the records that the viewer may see, and how many of them are new', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(10_000, 2 ** 24),
      fc.array(anyRecord, { maxLength: 60 }),
      fc.array(anyViewer, { minLength: 1, maxLength: 4 }),
      (maxBytes, records, viewers) => {
        const ring = new FlowRing({ maxBytes })
        const clock = new ManualClock()
        const counter = new DenialCounter(ring, clock)
        for (const [i, { bucket, source, dest, port, action }] of records.entries()) {
          const key = {
            sourceNamespace: source.namespace,
            sourceName: source.name,
            destNamespace: dest.namespace,
            destName: dest.name,
            destPort: port,
            action,
          } as const
          ring.append(encodedResult(i + 1, bucket, key))
        }
        ring.publish()
        for (const viewer of viewers) {
          const reader = ring.openReader(viewOf(undefined, viewer), 1)
          expect(counter.count(viewer)).toEqual(countReceived(readAll(reader), ring))
          reader.close()
        }
      },
    ),
    { numRuns: 300 },
  )
})

const denied = (bucket: number, destName: string, sourceNamespace = 'alpha'): Uint8Array =>
  encodedResult(1, bucket, { sourceNamespace, destNamespace: 'bravo', destName, action: 'Deny' })
const jane: Viewer = { name: 'jane', namespaces: new Set(['alpha']), hidesOtherEnd: true }

function start(...messages: readonly Uint8Array[]) {
  const ring = new FlowRing({ maxBytes: 2 ** 24 })
  const clock = new ManualClock()
  for (const message of messages) ring.append(message)
  ring.publish()
  return { ring, clock, counter: new DenialCounter(ring, clock) }
}

describe('with an hour of which the denials are known', () => {
  test('a pair that was denied before is not new when it is denied again', () => {
    const { counter } = start(denied(0, 'api'), denied(100, 'api'), denied(100, 'db'))
    expect(counter.count(EVERYONE)).toEqual({ deniedPairs: 2, newDenials: 1 })
  })

  test('a pair that was allowed before is new when it is denied', () => {
    const allowed = encodedResult(1, 0, { sourceNamespace: 'alpha', destNamespace: 'bravo', destName: 'api' })
    const { counter } = start(allowed, denied(100, 'api'))
    expect(counter.count(EVERYONE)).toEqual({ deniedPairs: 1, newDenials: 1 })
  })

  test('another viewer’s pairs are not counted, and another port of a pair is the same pair', () => {
    const { counter } = start(denied(0, 'api'), denied(100, 'db', 'charlie'), denied(100, 'cache'))
    expect(counter.count(jane)).toEqual({ deniedPairs: 2, newDenials: 1 })
    expect(counter.count({ ...jane, namespaces: new Set(['charlie']) })).toEqual({
      deniedPairs: 1,
      newDenials: 1,
    })
    expect(counter.count({ ...jane, namespaces: new Set(['delta']) })).toEqual({
      deniedPairs: 0,
      newDenials: 0,
    })
  })

  test('nothing is called new while less than five minutes are held from before', () => {
    const { ring, counter, clock } = start(denied(0, 'api'), denied(38, 'db'))
    expect(startOf(38) + BUCKET_SECONDS - 300 - (ring.oldestBucket ?? 0)).toBeLessThan(300)
    expect(counter.count(EVERYONE)).toEqual({ deniedPairs: 2, newDenials: null })
    ring.append(denied(39, 'db'))
    clock.advance(15_000)
    expect(counter.count(EVERYONE)).toEqual({ deniedPairs: 2, newDenials: 1 })
  })

  test('a pair whose records have left is not counted', () => {
    const { ring, counter } = start(denied(0, 'api'), denied(120, 'db'))
    ring.append(denied(241, 'cache'))
    expect(counter.count(EVERYONE)).toMatchObject({ deniedPairs: 2 })
  })

  test('the ring is asked once in 15 s', () => {
    const { ring, clock, counter } = start(denied(0, 'api'))
    expect(counter.count(EVERYONE)).toMatchObject({ deniedPairs: 1 })
    ring.append(denied(1, 'db'))
    clock.advance(14_999)
    expect(counter.count(EVERYONE)).toMatchObject({ deniedPairs: 1 })
    // Another viewer's count is of the same moment.
    expect(counter.count(jane)).toMatchObject({ deniedPairs: 1 })
    clock.advance(1)
    expect(counter.count(EVERYONE)).toMatchObject({ deniedPairs: 2 })
    expect(counter.count(jane)).toMatchObject({ deniedPairs: 2 })
  })

  test('nothing is said while nothing is held', () => {
    expect(start().counter.count(EVERYONE)).toBeNull()
  })
})
