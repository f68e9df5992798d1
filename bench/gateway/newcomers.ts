/** Browsers that join a gateway with 420,000 flows in memory, and what it cost to receive those. */
import { formatMs, formatTable, formatWhole, median } from '../timing.ts'
import { Scene, type Served } from './scene.ts'

const KEYS = 20_000
const BUCKETS = 21
const FLOWS = KEYS * BUCKETS
const ROUNDS = 5
const AT_ONCE = 20
const HOUR = -3600

interface Joined {
  readonly first: number
  readonly last: number
  readonly isComplete: boolean
}

async function join(scene: Scene, served: Served, browsers: number): Promise<Joined> {
  await scene.open(served, browsers, HOUR)
  const { first, last, counts } = await scene.untilReceived(FLOWS)
  await scene.closeBrowsers()
  return {
    first: Math.max(...first),
    last: Math.max(...last),
    isComplete: counts.every((count) => count === FLOWS),
  }
}

export async function newcomers(script: string): Promise<void> {
  const received: number[] = []
  let scene = await Scene.start(script, { keys: KEYS, backFillBuckets: BUCKETS })
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) {
      await scene.stop()
      scene = await Scene.start(script, { keys: KEYS, backFillBuckets: BUCKETS })
    }
    await scene.untilHeld(FLOWS)
    received.push((await scene.gateway()).cpu / FLOWS)
  }
  const before = await scene.upstream()
  const alone: Joined[] = []
  for (let round = 0; round < ROUNDS; round++) alone.push(await join(scene, 'gateway', 1))
  const together = await join(scene, 'gateway', AT_ONCE)
  const after = await scene.upstream()
  const gateway = await scene.gateway()
  const piped: Joined[] = []
  for (let round = 0; round < ROUNDS; round++) piped.push(await join(scene, 'pipe', 1))
  await scene.stop()

  const all = [...alone, together].every(({ isComplete }) => isComplete) ? 'all' : 'not all (!)'
  const last = median(alone.map((each) => each.last))
  const pipeLast = median(piped.map((each) => each.last))
  console.log(
    `New browsers: ${formatWhole(FLOWS)} flows of ${formatWhole(KEYS)} keys in memory; medians of ${ROUNDS}\n`,
  )
  console.log(
    formatTable(
      ['what', 'aim', 'figure', 'plain pipe'],
      [
        [
          'CPU a flow received, one message a frame, start of the process included',
          '< 8 µs',
          `${median(received).toFixed(1)} µs`,
          '',
        ],
        [
          'one browser: first flows',
          '< 500 ms',
          `${formatMs(median(alone.map((each) => each.first)))} ms`,
          `${formatMs(median(piped.map((each) => each.first)))} ms`,
        ],
        [
          `one browser: ${all} flows`,
          '< 3 s',
          `${formatWhole(last)} ms: ${(last / pipeLast).toFixed(2)} of the pipe`,
          `${formatWhole(pipeLast)} ms`,
        ],
        [`${AT_ONCE} browsers at once: all flows`, '< 30 s', `${formatWhole(together.last)} ms`, ''],
        ['streams and calls to Goldmane meanwhile', '0', String(after.calls - before.calls), ''],
        ["Goldmane's CPU meanwhile", 'unchanged', `${formatMs((after.cpu - before.cpu) / 1000)} ms`, ''],
        [
          'memory of the ring; of the process',
          '< 256 MB',
          `${formatWhole(gateway.ringBytes / 2 ** 20)}; ${formatWhole(gateway.rss / 2 ** 20)} MB`,
          '',
        ],
      ],
    ),
  )
}
