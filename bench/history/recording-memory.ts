/** The memory of a gateway that records a cluster and answers a day's questions, which is measured from another process. */
import { readFile } from 'node:fs/promises'
import { ensure } from '../../src/lib/assert.ts'
import { Part } from '../gateway/processes.ts'
import type { UpstreamArguments } from '../gateway/upstream-role.ts'
import { DAY_OF_7_MILLION } from './history-rows.ts'
import type { RecordingArguments, RecordingReport } from './recording-role.ts'

/** Buckets a second, where Goldmane sends one in 15: an hour, which is all that the gateway holds, passes in half a minute. */
const BUCKETS_PER_SECOND = 8
/** An hour of records, and each key once. */
const MIN_STORED = 240 * DAY_OF_7_MILLION.rowsOfBucket
const MIN_SCREENS = 10
const MAX_MS = 300_000

/** What bounds the memory of Node and of the C library in a cluster: as the image and the manifest with a folder have it. */
async function deployedEnvironment(): Promise<Readonly<Record<string, string>>> {
  const image = await readFile('deploy/Dockerfile', 'utf8')
  const manifest = await readFile('deploy/flowtrace-history.yaml', 'utf8')
  return {
    MALLOC_ARENA_MAX: ensure(/MALLOC_ARENA_MAX=(\d+)/.exec(image)?.[1], 'arenas of the image'),
    NODE_OPTIONS: ensure(/name: NODE_OPTIONS\s+value: (.+)/.exec(manifest)?.[1], 'options of Node'),
  }
}

/**
 * Starts the gateway over the folder of a history, and asks for a range while it records.
 * @param script the bundled benchmark, which has the roles `upstream` and `recording`
 */
export async function measureRecording(
  script: string,
  asked: Omit<RecordingArguments, 'port'>,
): Promise<RecordingReport> {
  const { keys, rowsOfBucket } = DAY_OF_7_MILLION
  const upstream = new Part(script, 'upstream', {
    epoch: Date.now(),
    keys,
    weight: 'full',
    // Each key once, of which the history has none yet.
    backFillBuckets: 1,
    liveKeys: rowsOfBucket,
  } satisfies UpstreamArguments)
  const { port } = await upstream.ask<{ readonly port: number }>({ ask: 'ports' })
  const gateway = new Part(script, 'recording', { ...asked, port }, await deployedEnvironment())
  try {
    const reportOf = () => gateway.ask<RecordingReport>({ ask: 'report' })
    let report = await reportOf()
    await upstream.ask({ ask: 'start', flowsPerSecond: rowsOfBucket * BUCKETS_PER_SECOND })
    const end = performance.now() + MAX_MS
    for (let screens = 0; screens < MIN_SCREENS || report.stored < MIN_STORED; screens++) {
      // Too little was stored for a figure.
      if (performance.now() > end) return { ...report, peak: Number.NaN }
      await gateway.ask({ ask: 'screen' })
      report = await reportOf()
    }
    return report
  } finally {
    await Promise.all([gateway.stop(), upstream.stop()])
  }
}
