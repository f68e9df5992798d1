/** Many browsers on one stream: whether each gets every flow, how late, and what it costs beside a plain pipe. */
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

async function runCase(script: string, load: FanOut): Promise<readonly string[]> {
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
  const cpu = of(gateway, 'cpu')
  const sum = (field: 'sent' | 'delivered') => gateway.reduce((total, each) => total + each[field], 0)
  return [
    `${load.browsers} × ${formatWhole(load.flowsPerSecond)}/s`,
    `${formatWhole(sum('delivered'))} of ${formatWhole(sum('sent') * load.browsers)}${gateway.every(({ isComplete }) => isComplete) ? '' : ' (!)'}`,
    `${of(gateway, 'p50')}; ${of(gateway, 'p99')} ms`,
    `${of(pipe, 'p50')}; ${of(pipe, 'p99')} ms`,
    `${cpu.toFixed(2)} µs`,
    (cpu / of(pipe, 'cpu')).toFixed(2),
    `${formatWhole(rss / 2 ** 20)} MB`,
    String(streamsOpened),
  ]
}

export async function fanOut(script: string): Promise<void> {
  const rows: (readonly string[])[] = []
  for (const each of CASES) rows.push(await runCase(script, each))
  console.log(`Fan-out, ${SECONDS} s each, medians of ${ROUNDS}, gateway and plain pipe in turns\n`)
  console.log(
    formatTable(
      [
        'browsers × flows',
        'flows delivered (aim: all)',
        'delay: median; p99 (aim: < 250)',
        'the same, pipe',
        'CPU a flow and browser (aim: < 3)',
        'ratio to pipe (aim: < 2)',
        'memory (aim: < 300)',
        'upstream streams (aim: 1)',
      ],
      rows,
    ),
  )
}
