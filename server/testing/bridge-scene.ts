/** For tests of the bridge: a Goldmane with some keys in each bucket, and what a viewer should have of it. */
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import type { Goldmane } from '../../src/goldmane/goldmane.ts'
import { flowAt } from './followed-goldmane.ts'
import { startBridgedGoldmane } from './test-bridge.ts'

/** The keys differ by port. */
const PORTS = [80, 443, 5432]

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index)

/** Feeds three keys in each bucket from `oldest` to `newest` buckets ago. */
export const bucketFill =
  (oldest: number, newest: number) =>
  (goldmane: Goldmane): void => {
    for (const n of range(newest, oldest + 1))
      for (const port of PORTS) goldmane.ingest(flowAt(bucketsAgo(n), port))
  }

/** What a viewer has of those buckets, as `bucket/port`, sorted. */
export function expectedFlows(
  oldest: number,
  newest: number,
  ports: readonly number[] = PORTS,
): readonly string[] {
  return range(newest, oldest + 1)
    .flatMap((n) => ports.map((port) => `${bucketsAgo(n)}/${port}`))
    .sort()
}

/** Starts a bridge to such a Goldmane with an hour of flows, whose back-fill has come. */
export async function startLive(options: Parameters<typeof startBridgedGoldmane>[0] = {}) {
  const scene = await startBridgedGoldmane({ prepare: bucketFill(240, 0), ...options })
  await scene.advanceUntil(() => scene.state() === 'live')
  return scene
}
