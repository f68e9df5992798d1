/** A call that costs Goldmane nothing and yet goes through its one loop, to learn whether it is alive. */
import { FlowListRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import { encodeRequest } from './open-call.ts'
import { PROBE_TIMEOUT_MS } from './silence-watch.ts'
import { callUnary } from './unary-call.ts'
import type { Upstream } from './upstream.ts'

/** Unix seconds: the year 2100. No bucket is there, so that List, in order of time, finds no candidates. */
const FAR_FUTURE = 4_102_444_800n
const MAX_ANSWER_BYTES = 1 << 16

/** Codes that do not come from Goldmane: nobody answered. */
const NO_ANSWER: ReadonlySet<number> = new Set([GRPC.UNAVAILABLE, GRPC.DEADLINE_EXCEEDED, GRPC.CANCELLED])

const BODY = encodeRequest(FlowListRequestSchema, {
  startTimeGte: FAR_FUTURE,
  startTimeLt: FAR_FUTURE + 15n,
  // With a page size an empty list has no page to cut (goldmane/pkg/storage/ring_index.go:93-95).
  pageSize: 1n,
})

/** Resolves with whether Goldmane answered within {@link PROBE_TIMEOUT_MS}; a refusal is an answer. */
export async function askWhetherAlive(
  upstream: Upstream,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const { status } = await callUnary(upstream, clock, {
    path: '/goldmane.Flows/List',
    body: BODY,
    timeoutMs: PROBE_TIMEOUT_MS,
    maxMessageBytes: MAX_ANSWER_BYTES,
    signal,
  })
  return !NO_ANSWER.has(status.code)
}
