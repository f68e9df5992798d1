/** Browsers that join a gateway with 420,000 flows in memory, and what it cost to receive those. */
import type { Aim, Figures, Unit } from '../figures.ts'
import { formatTable, formatWhole, median } from '../timing.ts'
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

export async function newcomers(script: string, figures: Figures): Promise<void> {
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

  const incomplete = [...alone, together].filter(({ isComplete }) => !isComplete).length
  const last = median(alone.map((each) => each.last))
  const add = (what: string, unit: Unit, value: number, ...aims: readonly Aim[]) =>
    figures.add({ what, unit, aims }, value)
  const first = median(alone.map((each) => each.first))
  const all = { what: 'one browser: all flows', unit: 'ms', aims: [{ under: 3000 }] } as const
  const pipe = { what: 'plain pipe', value: median(piped.map((each) => each.last)) }
  const firstTarget = { what: 'one browser: first flows', unit: 'ms', aims: [{ under: 500 }] } as const
  const firstOfPipe = { what: 'plain pipe', value: median(piped.map((each) => each.first)) }
  console.log(
    `New browsers: ${formatWhole(FLOWS)} flows of ${formatWhole(KEYS)} keys in memory; medians of ${ROUNDS}; a plain pipe takes ${formatWhole(pipe.value)} ms\n`,
  )
  console.log(
    formatTable(
      ['what', 'aim', 'figure'],
      [
        add('CPU a flow received, start of the process included', 'µs', median(received), { under: 8 }),
        figures.add(firstTarget, first, firstOfPipe),
        figures.add(all, last, pipe),
        add(`${AT_ONCE} browsers at once: all flows`, 'ms', together.last, { under: 30_000 }),
        add('new browsers without all flows', '', incomplete, { atMost: 0 }),
        add('streams and calls to Goldmane meanwhile', '', after.calls - before.calls, { atMost: 0 }),
        add("Goldmane's CPU meanwhile", 'ms', (after.cpu - before.cpu) / 1000),
        add('memory of the ring', 'MiB', gateway.ringBytes / 2 ** 20),
        add('memory of the process', 'MiB', gateway.rss / 2 ** 20, { under: 256 }),
      ],
    ),
  )
}
