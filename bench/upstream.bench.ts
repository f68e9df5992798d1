/**
 * The gateway's CPU per flow that it receives from Goldmane, which sends one message in each HTTP/2 frame: reading,
 * and taking it to the ring. The server is another process.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import { create, toBinary } from '@bufbuild/protobuf'

import { silentLog } from '../server/lib/log.ts'
import { FlowRing } from '../server/upstream/flow-ring.ts'
import { GoldmaneFollower } from '../server/upstream/goldmane-follower.ts'
import { Upstream } from '../server/upstream/upstream.ts'
import { FlowResultSchema } from '../src/gen/goldmane/api_pb.ts'
import { flowToMessage } from '../src/wire/testing/flow-to-message.ts'
import { serveOneMessageFrames } from './one-message-frames.ts'
import type { Figures } from './figures.ts'
import { formatTable, formatWhole, median } from './timing.ts'
import { traffic } from './traffic.ts'

const FLOWS = 420_000
const KEYS = 20_000
const ROUNDS = 3
const SERVE = 'serve-one-message-frames'

/** In the other process: serves the traffic, and says on which port. */
function serve(): void {
  const made = traffic(FLOWS, KEYS)
  const messages = Array.from({ length: FLOWS }, (_, i) => {
    // The number of the record's key, as traffic() chooses it, from 1.
    const id = BigInt(((i * 7919) % KEYS) + 1)
    const result = create(FlowResultSchema, { id, flow: flowToMessage(made.flow(i)) })
    return Buffer.from(toBinary(FlowResultSchema, result))
  })
  const server = serveOneMessageFrames(messages)
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()))
}

/** Microseconds of CPU per flow of one follower, and the flows that the ring has then. */
async function measure(port: number): Promise<{ perFlow: number; records: number; megabytes: number }> {
  const ring = new FlowRing({ maxBytes: 256 * 2 ** 20 })
  const upstream = new Upstream({ url: `http://127.0.0.1:${port}` })
  const before = process.cpuUsage()
  const follower = new GoldmaneFollower({ upstream, ring, log: silentLog })
  while (follower.counts.messages < FLOWS) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
  const { user, system } = process.cpuUsage(before)
  await follower.close()
  upstream.close()
  return { perFlow: (user + system) / FLOWS, records: ring.records, megabytes: ring.bytes / 2 ** 20 }
}

export async function run(figures: Figures): Promise<void> {
  const peer = fork(fileURLToPath(import.meta.url), [SERVE])
  const [address]: { port: number }[] = await once(peer, 'message')
  const rounds: Awaited<ReturnType<typeof measure>>[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(address?.port ?? 0))
  peer.kill()
  const { records = 0, megabytes = 0 } = rounds[0] ?? {}
  console.log(`upstream: ${formatWhole(FLOWS)} flows of ${formatWhole(KEYS)} keys, one message a frame`)
  console.log(`  held ${formatWhole(records)} records in ${megabytes.toFixed(0)} MB`)
  const cpu = figures.add(
    { what: 'CPU a flow received', unit: 'µs', aims: [] },
    median(rounds.map(({ perFlow }) => perFlow)),
  )
  console.log(`\n${formatTable(['what', 'aim', 'figure'], [cpu])}`)
}

if (process.argv.includes(SERVE)) serve()
