/** Fixtures for the tests of this folder: a clock, a Goldmane that follows it, requests, readers, arbitrary flows. */
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import * as fc from 'fast-check'

import { buildFlow } from '../../flows/testing/build.ts'
import type { Flow, FlowKey } from '../../flows/flow.ts'
import {
  FilterHintsRequestSchema,
  type FilterHintsResult,
  FlowListRequestSchema,
  type FlowListResult,
  type FlowResult,
  type FlowStreamRequest,
  FlowStreamRequestSchema,
  StatisticsRequestSchema,
  type StatisticsResult,
} from '../../gen/goldmane/api_pb.ts'
import { GoldmaneError } from '../goldmane-error.ts'
import { Goldmane, type GoldmaneOptions } from '../goldmane.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'

/** The start of the bucket that is filling when a test begins, Unix seconds. */
export const CURRENT = 1_790_000_010

/** The start of the bucket that is `n` before {@link CURRENT}. */
export function bucketsAgo(n: number): number {
  return CURRENT - n * BUCKET_SECONDS
}

/** Returns a Goldmane whose time is `clock.now`, at first seven seconds into {@link CURRENT}. */
export function startGoldmane(options: Omit<GoldmaneOptions, 'now'> = {}) {
  const clock = { now: CURRENT + 7 }
  const goldmane = new Goldmane({ now: () => clock.now, ...options })
  /** Advances the clock by n intervals, with a rollover after each. */
  const pass = (intervals: number) => {
    for (let i = 0; i < intervals; i += 1) {
      clock.now += BUCKET_SECONDS
      goldmane.rollover()
    }
  }
  return { goldmane, clock, pass }
}

/** A flow of the key in the bucket that is `n` before {@link CURRENT}. */
export function flowAgo(n: number, key: Partial<FlowKey> = {}, flow: Partial<Omit<Flow, 'key'>> = {}): Flow {
  return buildFlow(key, { startTime: bucketsAgo(n), endTime: bucketsAgo(n - 1), ...flow })
}

export function list(
  goldmane: Goldmane,
  request: MessageInitShape<typeof FlowListRequestSchema> = {},
): FlowListResult {
  return goldmane.list(create(FlowListRequestSchema, request))
}

export function hints(
  goldmane: Goldmane,
  request: MessageInitShape<typeof FilterHintsRequestSchema>,
): FilterHintsResult {
  return goldmane.filterHints(create(FilterHintsRequestSchema, request))
}

export function statisticsOf(
  goldmane: Goldmane,
  request: MessageInitShape<typeof StatisticsRequestSchema> = {},
): StatisticsResult[] {
  return goldmane.statistics(create(StatisticsRequestSchema, request))
}

/** A stream request, by default with an hour of back-fill. */
export function streamRequest(
  request: MessageInitShape<typeof FlowStreamRequestSchema> = { startTimeGte: -3600n },
): FlowStreamRequest {
  return create(FlowStreamRequestSchema, request)
}

/** Reads a stream until it ends or `stop` is called. */
export function read(goldmane: Goldmane, request: MessageInitShape<typeof FlowStreamRequestSchema> = {}) {
  const controller = new AbortController()
  const results: FlowResult[] = []
  const stream = goldmane.stream(streamRequest(request), controller.signal)
  const ended = (async (): Promise<unknown> => {
    try {
      for await (const result of stream) results.push(result)
      return null
    } catch (error) {
      return error
    }
  })()
  return {
    results,
    /** Null, or the error that ended it. */
    ended,
    /** Resolves with the results so far when every bucket that is due was sent. */
    settled: async () => {
      await settle()
      return results
    },
    stop: async () => {
      controller.abort()
      return ended
    },
  }
}

/** Waits for a macrotask: by then all pending promises have settled, because nothing in this folder uses timers. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** The code of the GoldmaneError that a call throws; undefined when it throws none. */
export function codeOf(call: () => unknown): number | undefined {
  try {
    call()
  } catch (error) {
    if (error instanceof GoldmaneError) return error.code
    throw error
  }
  return undefined
}

/** `[id, bucket start relative to CURRENT in intervals, packets in]` of each result. */
export function summary(results: readonly FlowResult[]): (readonly [number, number, number])[] {
  return results.map(({ id, flow }) => [
    Number(id),
    (Number(flow?.startTime) - CURRENT) / BUCKET_SECONDS,
    Number(flow?.packetsIn),
  ])
}

export const arbitraryLabels = fc.subarray(['app=web', 'tier=front', 'env=prod'])

/** A flow of one of the keys, in a bucket between `oldest` and `newest` intervals ago. */
export function arbitraryFlow(keys: readonly FlowKey[], oldest: number, newest: number): fc.Arbitrary<Flow> {
  return fc
    .record({
      key: fc.constantFrom(...keys),
      startTime: fc.integer({ min: bucketsAgo(oldest), max: bucketsAgo(newest) + BUCKET_SECONDS - 1 }),
      packetsIn: fc.nat(1000),
      bytesOut: fc.nat(1_000_000),
      numConnectionsLive: fc.option(fc.nat(9)),
      sourceLabels: arbitraryLabels,
      destLabels: arbitraryLabels,
    })
    .map(({ key, ...flow }) => buildFlow(key, flow))
}
