import { create } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeFlow } from '../../src/capture/write.ts'
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { FlowListRequestSchema, FlowStreamRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { CapturePlayer, type PlayerOptions } from './capture-player.ts'
import { loadCapture, type ReplayedCapture } from './replayed-capture.ts'

/** The start of the capture's first bucket, Unix seconds. */
const FIRST = 1_700_000_010
/** When it is played, years later; in the middle of a bucket, Unix seconds. */
const PLAYED = 1_790_000_017

const at = (bucket: number) => FIRST + bucket * BUCKET_SECONDS

async function captureOf(flows: readonly Flow[]): Promise<ReplayedCapture> {
  const { capture } = await loadCapture(new Blob([flows.map(writeFlow).join('\n')]).stream())
  if (capture === null) throw new Error('a capture without flows')
  return capture
}

/** Lets the reader of a stream take what is there. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

/** Plays flows at the given buckets, told apart by their ports. */
async function play(buckets: readonly number[], options: Partial<PlayerOptions> = {}) {
  const clock = new ManualClock(PLAYED * 1000)
  const capture = await captureOf(buckets.map((bucket, i) => flowAt(at(bucket), i + 1)))
  const player = new CapturePlayer(capture, { speed: null, loop: false, fromNow: false, clock, ...options })
  const { goldmane } = player
  const ending = new AbortController()
  const came: { readonly start: number; readonly port: number; readonly at: number }[] = []
  const reading = (async () => {
    const request = create(FlowStreamRequestSchema, { startTimeGte: 1n })
    for await (const { flow } of goldmane.stream(request, ending.signal)) {
      const seconds = clock.now() / 1000 - PLAYED
      came.push({ start: Number(flow?.startTime), port: Number(flow?.Key?.destPort), at: seconds })
    }
  })()
  await settle()
  return {
    clock,
    player,
    goldmane,
    /** The results of a stream from the beginning, and the seconds after which they came. */
    came,
    /** Advances the clock by small steps. */
    pass: async (seconds: number, step = 0.25) => {
      for (let passed = 0; passed < seconds; passed += step) {
        clock.advance(step * 1000)
        await settle()
      }
    },
    end: async () => {
      ending.abort()
      player.close()
      await reading
    },
  }
}

describe('all at once', () => {
  test('a capture of several hours is there as a whole, by its own clock', async () => {
    const { goldmane, came, clock, end } = await play([0, 1, 500, 1000])
    expect(came.map(({ start }) => start)).toEqual([at(0), at(1), at(500), at(1000)])
    const { flows } = goldmane.list(create(FlowListRequestSchema))
    expect(flows).toHaveLength(4)
    expect(goldmane.losses.flowsOutsideRing).toBe(0)
    // It does not go on.
    expect(clock.waiting).toBe(0)
    await end()
  })

  test('from now, its last bucket is the newest that Goldmane would have sent', async () => {
    const { came, end } = await play([0, 10], { fromNow: true })
    const newest = bucketStart(PLAYED) - 2 * BUCKET_SECONDS
    expect(came.map(({ start }) => start)).toEqual([newest - 10 * BUCKET_SECONDS, newest])
    await end()
  })

  test('records of one key in one bucket are summed', async () => {
    const capture = await captureOf([flowAt(at(0)), flowAt(at(0))])
    const options = { speed: null, loop: false, fromNow: false }
    const { flows } = new CapturePlayer(capture, options).goldmane.list(create(FlowListRequestSchema))
    expect(flows.map(({ flow }) => Number(flow?.packetsIn))).toEqual([
      2 * (flowAt(at(0)).packetsIn ?? Number.NaN),
    ])
  })
})

test('at a speed, each record comes once, when its bucket is due', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(1, 7, 60, 600, 3600),
      fc.boolean(),
      async (buckets, speed, fromNow) => {
        const { player, came, pass, clock, end } = await play(buckets, { speed, fromNow })
        const first = Math.min(...buckets)
        const span = (Math.max(...buckets) - first + 3) * BUCKET_SECONDS
        const step = BUCKET_SECONDS / speed / 2
        await pass(span / speed + 2 * step, step)
        const shift = fromNow ? bucketStart(PLAYED) - at(first) : 0
        const ordered = buckets
          .map((bucket, i) => ({ bucket, port: i + 1 }))
          .sort((a, b) => a.bucket - b.bucket)
        expect(came.map(({ start, port }) => ({ start, port }))).toEqual(
          ordered.map(({ bucket, port }) => ({ start: at(bucket) + shift, port })),
        )
        for (const [i, { bucket }] of ordered.entries()) {
          const due = ((bucket - first + 2) * BUCKET_SECONDS) / speed
          const late = (came[i]?.at ?? Infinity) - due
          expect(late).toBeGreaterThan(-0.002)
          // A turn takes 4 ms at least.
          expect(late).toBeLessThan(2 * step + 0.01)
        }
        expect(player.isOver).toBe(true)
        expect(clock.waiting).toBe(0)
        await end()
      },
    ),
    { numRuns: 25 },
  )
})

test('in a loop it begins again at later times, and no time comes twice', async () => {
  const { came, pass, end } = await play([0, 3], { speed: 60, loop: true })
  // Two passes of four buckets, and the two buckets that sending is behind.
  await pass((9.5 * BUCKET_SECONDS) / 60, 0.05)
  expect(came.map(({ start, port }) => [(start - FIRST) / BUCKET_SECONDS, port])).toEqual([
    [0, 1],
    [3, 2],
    [4, 1],
    [7, 2],
  ])
  await end()
})

test('a machine that slept for a day plays on where it was, an hour of the capture at most in one turn', async () => {
  const { came, clock, pass, end } = await play([0, 200, 1000], { speed: 3600 })
  clock.advance(10)
  // A manual clock runs each task at its time; a machine that slept runs it late.
  const late = clock.now() + 86_400_000
  clock.now = () => late
  await pass(0.005, 0.005)
  expect(came.map(({ start }) => start)).toEqual([at(0), at(200)])
  await end()
})

describe('a capture', () => {
  test('says what of it is not played, or not as it was recorded', async () => {
    const text = [
      writeFlow(flowAt(at(0))),
      writeFlow({ ...flowAt(at(1)), numConnectionsStarted: null }),
      writeFlow({ ...flowAt(at(1)), endTime: at(9) }),
      writeFlow({ ...flowAt(at(0)), startTime: 0, endTime: 0 }),
      writeFlow(flowAt(at(-40 * 5760))),
      '{"Key":',
    ].join('\n')
    const { capture, losses } = await loadCapture(new Blob([text]).stream())
    expect(capture).toMatchObject({ first: at(0), last: at(1), records: 3 })
    expect(losses).toEqual({ refused: 1, withoutTime: 1, tooOld: 1, withoutConnections: 1, long: 1 })
  })

  test('without a time is none', async () => {
    const text = writeFlow({ ...flowAt(at(0)), startTime: 0, endTime: 0 })
    expect((await loadCapture(new Blob([text]).stream())).capture).toBe(null)
  })
})
