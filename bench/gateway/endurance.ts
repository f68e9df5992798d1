/** Whether memory and descriptors stay flat: browsers that come and go, one that stalls, and a soak. */
import process from 'node:process'

import type { Aim, Figures, Floor, Unit } from '../figures.ts'
import { formatTable, formatWhole } from '../timing.ts'
import type { GatewayReport } from './gateway-role.ts'
import { pause, Scene } from './scene.ts'

const COMING_AND_GOING = Number(process.env['FLOWTRACE_BENCH_BROWSERS'] ?? 100_000)
const AT_A_TIME = 20
/** Memory is flat if it grew by no more than a quarter since the middle: garbage waits for its collection. */
const FLAT = { timesFloor: 1.25 }
/** A delay is unchanged up to twice: it is a few milliseconds, and the clocks' steps one. */
const UNCHANGED = { timesFloor: 2 }
const SOAK_MINUTES = Number(process.env['FLOWTRACE_BENCH_SOAK_MINUTES'] ?? 2)

const inMb = (bytes: number): string => `${formatWhole(bytes / 2 ** 20)} MB`
const memoryOf = ({ rss, heap, descriptors }: GatewayReport): string[] => [
  inMb(rss),
  inMb(heap),
  String(descriptors),
]

/** Prints figures as a table of their own. */
function printFigures(
  figures: Figures,
  rows: readonly (readonly [string, Unit, number, readonly Aim[], Floor?])[],
): void {
  const cells = rows.map(([what, unit, value, aims, floor]) =>
    figures.add({ what, unit, aims }, value, floor ?? null),
  )
  console.log(`\n${formatTable(['what', 'aim', 'figure'], cells)}`)
}

/** Browsers that connect, receive something, and leave. */
export async function comingAndGoing(script: string, figures: Figures): Promise<void> {
  const scene = await Scene.start(script, { keys: 2000, backFillBuckets: 4 })
  await scene.untilHeld(8000)
  await scene.churn(1000, AT_A_TIME, -60)
  const reports = [await scene.gateway()]
  const started = performance.now()
  for (let part = 0; part < 2; part++) {
    await scene.churn(Math.ceil(COMING_AND_GOING / 2), AT_A_TIME, -60)
    await pause(500)
    reports.push(await scene.gateway())
  }
  const seconds = (performance.now() - started) / 1000
  const { streamsOpened } = await scene.upstream()
  await scene.stop()
  console.log(
    `${formatWhole(COMING_AND_GOING)} browsers come and go, ${AT_A_TIME} at a time, in ${formatWhole(seconds)} s; ${streamsOpened} upstream stream\n`,
  )
  console.log(
    formatTable(
      ['when (aim: flat)', 'memory', 'heap', 'descriptors', 'open streams'],
      reports.map((report, i) => [
        ['after the first 1,000', 'in the middle', 'at the end'][i] ?? '',
        ...memoryOf(report),
        String(report.streams),
      ]),
    ),
  )
  const [, middle, end] = reports
  const memory = { what: 'in the middle', value: (middle?.rss ?? Number.NaN) / 2 ** 20 }
  printFigures(figures, [
    ['coming and going: memory at the end', 'MiB', (end?.rss ?? Number.NaN) / 2 ** 20, [FLAT], memory],
    ['coming and going: streams open at the end', '', end?.streams ?? Number.NaN, [{ atMost: 0 }]],
  ])
}

/** One of twenty browsers stops reading while the ring has memory for some seconds only. */
export async function stalledBrowser(script: string, figures: Figures): Promise<void> {
  const scene = await Scene.start(script, { keys: 2000, ringBytes: 3 * 2 ** 20 })
  await scene.untilHeld(0)
  await scene.open('gateway', 20, 0)
  await pause(500)
  await scene.send(2000)
  await pause(8000)
  const before = await scene.browsers()
  const memoryBefore = await scene.gateway()
  await scene.stall(0)
  await scene.forgetDelays()
  await pause(40_000)
  const during = await scene.browsers()
  const memoryDuring = await scene.gateway()
  await scene.resume(0)
  await pause(3000)
  const { sent } = await scene.stopSending()
  const after = await scene.untilReceived(sent, (index) => index > 0)
  await scene.stop()
  const others = after.counts.slice(1)
  console.log('One browser of 20 stalls for 40 s at 2,000 flows/s, with 3 MB for the ring\n')
  console.log(
    formatTable(
      ['what', 'aim', 'before', 'while it stalls', 'after it reads again'],
      [
        ['delay of the others, p99', '≤ 2 ×', `${before.p99} ms`, `${during.p99} ms`, ''],
        [
          'flows of each other browser',
          'all',
          '',
          '',
          others.every((count) => count === sent) ? `${formatWhole(sent)}, all` : `${others.join(', ')} (!)`,
        ],
        ['memory of the gateway', 'bounded', inMb(memoryBefore.rss), inMb(memoryDuring.rss), ''],
        [
          'flows of the one that stalled',
          '',
          formatWhole(before.counts[0] ?? 0),
          formatWhole(during.counts[0] ?? 0),
          formatWhole(after.counts[0] ?? 0),
        ],
        ['ranges told as lost to it', '> 0', '0', '', String(after.lost[0] ?? 0)],
        ['ranges told as lost to others', '0', '', '', String(Math.max(...after.lost.slice(1)))],
      ],
    ),
  )
  printFigures(figures, [
    [
      'one stalls: delay of the others, p99',
      'ms',
      during.p99,
      [UNCHANGED],
      { what: 'before', value: before.p99 },
    ],
    [
      'one stalls: other browsers without all flows',
      '',
      others.filter((count) => count !== sent).length,
      [{ atMost: 0 }],
    ],
    ['one stalls: ranges told as lost to it', '', after.lost[0] ?? 0, [{ over: 0 }]],
    ['one stalls: ranges told as lost to others', '', Math.max(...after.lost.slice(1)), [{ atMost: 0 }]],
  ])
}

/** A thousand flows a second, twenty browsers that stay, and others that come and go. */
export async function soak(script: string, figures: Figures): Promise<void> {
  // Two buckets a second, so that an hour of buckets passes in two minutes.
  const scene = await Scene.start(script, { keys: 500 })
  await scene.untilHeld(0)
  await scene.open('gateway', 20, 0)
  await scene.send(1000)
  const rows: string[][] = []
  const memory: number[] = []
  const steps = 8
  for (let step = 1; step <= steps; step++) {
    const end = performance.now() + (SOAK_MINUTES * 60_000) / steps
    while (performance.now() < end) {
      await scene.churn(5, 5, -60)
      await pause(1000)
    }
    const report = await scene.gateway()
    memory.push(report.rss / 2 ** 20)
    rows.push([
      `${((SOAK_MINUTES * step) / steps).toFixed(2)} min`,
      ...memoryOf(report),
      inMb(report.ringBytes),
      formatWhole(report.records),
    ])
  }
  const { sent } = await scene.stopSending()
  const { counts } = await scene.untilReceived(sent)
  const { streamsOpened } = await scene.upstream()
  await scene.stop()
  const delivered = counts.every((count) => count === sent) ? 'all' : `${counts.join(', ')} of ${sent} (!)`
  console.log(
    `Soak, ${SOAK_MINUTES} minutes at 1,000 flows/s: delivered to 20 browsers: ${delivered}; ${streamsOpened} upstream stream\n`,
  )
  console.log(
    formatTable(['after (aim: flat after 2 min)', 'memory', 'heap', 'descriptors', 'ring', 'records'], rows),
  )
  const middle = { what: 'in the middle', value: memory[steps / 2] ?? Number.NaN }
  const incomplete = counts.filter((count) => count !== sent).length
  printFigures(figures, [
    ['soak: memory at the end', 'MiB', memory.at(-1) ?? Number.NaN, [FLAT], middle],
    ['soak: browsers without all flows', '', incomplete, [{ atMost: 0 }]],
  ])
}
