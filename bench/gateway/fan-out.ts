/** Many browsers on one stream: whether each gets every flow, how late, and what it costs beside a plain pipe. */
import type { Aim, Figures, Unit } from '../figures.ts'
import { formatTable, formatWhole, median } from '../timing.ts'
import { pause, Scene, type Served } from './scene.ts'

const SECONDS = 10
const ROUNDS = 3

interface FanOut {
  readonly browsers: number
  readonly flowsPerSecond: number
}

const CASES: readonly FanOut[] = [
  { browsers: 50, flowsPerSecond: 2000 },
  { browsers: 200, flowsPerSecond: 500 },
]

interface Measured {
  readonly sent: number
  readonly delivered: number
  readonly isComplete: boolean
  readonly p50: number
  readonly p99: number
  /** Microseconds of CPU by flow and browser. */
  readonly cpu: number
}

async function measure(
  scene: Scene,
  served: Served,
  { browsers, flowsPerSecond }: FanOut,
): Promise<Measured> {
  const before = await scene.upstream()
  await scene.open(served, browsers, 0)
  await pause(1000)
  const cpuBefore = await scene.cpu(served)
  await scene.send(flowsPerSecond)
  await pause(SECONDS * 1000)
  const after = await scene.stopSending()
  const sent = after.sent - before.sent
  const stampSum = after.stampSum - before.stampSum
  const report = await scene.untilReceived(sent)
  const cpu = (await scene.cpu(served)) - cpuBefore
  await scene.closeBrowsers()
  const delivered = report.counts.reduce((sum, count) => sum + count, 0)
  return {
    sent,
    delivered,
    isComplete:
      report.counts.every((count) => count === sent) && report.stampSums.every((sum) => sum === stampSum),
    p50: report.p50,
    p99: report.p99,
    cpu: cpu / (sent * browsers),
  }
}

async function runCase(
  script: string,
  load: FanOut,
  figures: Figures,
): Promise<readonly (readonly string[])[]> {
  const scene = await Scene.start(script, { keys: 2000 })
  await scene.untilHeld(0)
  const gateway: Measured[] = []
  const pipe: Measured[] = []
  let rss = 0
  for (let round = 0; round < ROUNDS; round++) {
    gateway.push(await measure(scene, 'gateway', load))
    rss = Math.max(rss, (await scene.gateway()).rss)
    pipe.push(await measure(scene, 'pipe', load))
  }
  const { streamsOpened } = await scene.upstream()
  await scene.stop()
  const of = (list: readonly Measured[], field: 'p50' | 'p99' | 'cpu') =>
    median(list.map((each) => each[field]))
  const name = `${load.browsers} browsers × ${formatWhole(load.flowsPerSecond)} flows/s`
  const add = (what: string, unit: Unit, value: number, ...aims: readonly Aim[]) =>
    figures.add({ what: `${name}: ${what}`, unit, aims }, value)
  const cpu = {
    what: `${name}: CPU a flow and browser`,
    unit: 'µs',
    aims: [{ under: 3 }, { timesFloor: 2 }],
  } as const
  const sum = (field: 'sent' | 'delivered') => gateway.reduce((total, each) => total + each[field], 0)
  return [
    add('flows not delivered', '', sum('sent') * load.browsers - sum('delivered'), { atMost: 0 }),
    add('rounds with wrong flows', '', gateway.filter(({ isComplete }) => !isComplete).length, { atMost: 0 }),
    add('delay, median', 'ms', of(gateway, 'p50')),
    add('delay, p99', 'ms', of(gateway, 'p99'), { under: 250 }),
    add('delay of a plain pipe, p99', 'ms', of(pipe, 'p99')),
    figures.add(cpu, of(gateway, 'cpu'), { what: 'plain pipe', value: of(pipe, 'cpu') }),
    add('memory', 'MiB', rss / 2 ** 20, { under: 300 }),
    add('upstream streams', '', streamsOpened, { atMost: 1 }),
  ]
}

export async function fanOut(script: string, figures: Figures): Promise<void> {
  const rows: (readonly string[])[] = []
  for (const each of CASES) rows.push(...(await runCase(script, each, figures)))
  console.log(`Fan-out, ${SECONDS} s each, medians of ${ROUNDS}, gateway and plain pipe in turns\n`)
  console.log(formatTable(['what', 'aim', 'figure'], rows))
}
