// How far an attempt to connect came, for each way in which it fails, against real servers and certificates.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { constants, type ServerHttp2Stream } from 'node:http2'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { decodeFreshness, encodeFreshness } from '../../src/wire/freshness.ts'
import type { ChainStepName, ConnectionChain } from '../../src/wire/connection-chain.ts'
import type { Log, LogFields } from '../lib/log.ts'
import { type Authority, type CertificatePair, createPki } from '../testing/certificates.ts'
import { startHttp2Peer } from '../testing/http2-peer.ts'
import { ServedGoldmane, startFollowed, type FollowedOptions } from '../testing/followed-goldmane.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { FlowRing } from './flow-ring.ts'
import { GoldmaneFollower } from './goldmane-follower.ts'
import { Upstream, type UpstreamOptions } from './upstream.ts'

const NAME = 'goldmane.calico-system.svc'
const DAY_MS = 86_400_000

let authority: Authority
let stranger: Authority
let server: CertificatePair
let client: CertificatePair

beforeAll(async () => {
  ;({ authority, stranger, server, client } = await createPki(NAME))
})

/** The states of the steps, in order, by a letter: passed, failed, not reached, not used. */
function states({ steps }: ConnectionChain): string {
  const letters = { passed: 'p', failed: 'F', 'not-reached': '-', 'not-used': '.' } as const
  return steps.map(({ state }) => letters[state]).join('')
}

function step(chain: ConnectionChain, name: ChainStepName) {
  return ensure(
    chain.steps.find((each) => each.step === name),
    name,
  )
}

/** The status once the follower of that upstream has failed, and what it has logged. */
async function failureOf(options: UpstreamOptions) {
  const clock = new ManualClock(Date.now())
  const why: unknown[] = []
  const note = (_: string, fields: LogFields = {}) => void why.push(fields['why'])
  const log: Log = { info: note, warn: note, error: note }
  const upstream = new Upstream({ clock, ...options })
  const follower = new GoldmaneFollower({
    upstream,
    ring: new FlowRing({ maxBytes: 1 << 20 }),
    log,
    clock,
    random: () => 0.5,
  })
  onTestFinished(async () => {
    await follower.close()
    upstream.close()
  })
  await expect.poll(() => follower.status.state).toBe('unreachable')
  return { status: follower.status, chain: ensure(follower.status.chain, 'chain'), why }
}

/** The failure of a gateway with these files, at a Goldmane with that certificate. */
async function failureOver(tls: UpstreamOptions['tls'], certificate: CertificatePair = server) {
  const served = new ServedGoldmane({})
  await served.listen({ ca: authority.ca, ...certificate })
  onTestFinished(() => served.kill())
  return failureOf({ url: `https://127.0.0.1:${served.port}`, tls: { serverName: NAME, ...tls } })
}

describe('the name and the port', () => {
  test('a name that is not in DNS', async () => {
    // Reserved never to exist (RFC 6761).
    const { chain } = await failureOf({ url: 'http://goldmane.invalid:7443' })
    expect(chain.failure).toBe('name-not-found')
    expect(states(chain)).toBe('F-..-')
    expect(step(chain, 'name').host).toBe('goldmane.invalid')
  })

  test('a port where nothing listens, of a name that was found', async () => {
    const served = new ServedGoldmane({})
    await served.listen()
    await served.kill()
    const { chain } = await failureOf({ url: `https://localhost:${served.port}`, tls: { ca: authority.ca } })
    expect(chain.failure).toBe('port-refused')
    expect(states(chain)).toBe('pF-.-')
    expect(step(chain, 'name')).toMatchObject({
      host: 'localhost',
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
    })
    expect(step(chain, 'port').port).toBe(served.port)
  })
})

describe('certificates', () => {
  test('of another name: what was expected and what came, and who signed it', async () => {
    const other = await authority.server('whisker')
    const { chain } = await failureOver({ ca: authority.ca, ...client }, other)
    expect(chain.failure).toBe('certificate-name')
    expect(states(chain)).toBe('.pF--')
    expect(step(chain, 'certificate')).toMatchObject({
      expected: NAME,
      names: ['whisker'],
      issuer: 'operator CA',
    })
    expect(step(chain, 'port').milliseconds).toBeGreaterThanOrEqual(0)
  })

  test('of another CA: both CAs by name', async () => {
    const { chain } = await failureOver({ ca: stranger.ca, ...client })
    expect(chain.failure).toBe('certificate-ca')
    expect(states(chain)).toBe('.pF--')
    expect(step(chain, 'certificate')).toMatchObject({ issuer: 'operator CA', ca: 'another CA' })
  })

  test('of a CA that the system does not know', async () => {
    const { chain } = await failureOver({ ...client })
    expect(chain.failure).toBe('certificate-ca-missing')
    expect(step(chain, 'certificate').ca).toBeUndefined()
  })

  test('that has expired, with the time', async () => {
    const expired = await authority.server(NAME, { endsIn: -DAY_MS })
    const { chain } = await failureOver({ ca: authority.ca, ...client }, expired)
    expect(chain.failure).toBe('certificate-expired')
    expect(states(chain)).toBe('.pF--')
    expect(Math.abs(Number(step(chain, 'certificate').expires) * 1000 - (Date.now() - DAY_MS))).toBeLessThan(
      60_000,
    )
  })

  test('a client certificate of another CA: Goldmane’s own was in order', async () => {
    const { chain } = await failureOver({ ca: authority.ca, ...(await stranger.client()) })
    expect(chain.failure).toBe('own-refused')
    expect(states(chain)).toBe('.ppF-')
    expect(step(chain, 'own-certificate').issuer).toBe('another CA')
  })

  test('a client certificate that has expired', async () => {
    const expired = await authority.client({ endsIn: -DAY_MS })
    const { chain } = await failureOver({ ca: authority.ca, ...expired })
    expect(chain.failure).toBe('own-expired')
    expect(states(chain)).toBe('.ppF-')
    expect(step(chain, 'own-certificate').expires).toBeLessThan(Date.now() / 1000)
  })

  test('no client certificate', async () => {
    const { chain } = await failureOver({ ca: authority.ca })
    expect(chain.failure).toBe('own-missing')
    expect(states(chain)).toBe('.ppF-')
  })
})

describe('files of the gateway', () => {
  test('a key that cannot be read: the log says where it is, and viewers are not told', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'secret-place', 'tls.key')
    const { status, chain, why } = await failureOver({ ca: authority.ca, cert: client.cert, key: path })
    expect(chain.failure).toBe('own-files')
    expect(states(chain)).toBe('.--F-')
    expect(status.cause).toBe('The client key cannot be read (ENOENT)')
    expect(why).toContain(`The client key ${path} cannot be read (ENOENT)`)
    expect(JSON.stringify(status)).not.toContain('secret-place')
  })

  test('a CA file without a certificate', async () => {
    const file = join(await temporaryFolder(), 'ca.crt')
    await writeFile(file, 'hello')
    const { status, chain } = await failureOver({ ca: file, ...client })
    expect(chain.failure).toBe('ca-file')
    expect(states(chain)).toBe('.-F--')
    expect(JSON.stringify(status)).not.toContain(file)
  })

  test('keys are not in what viewers are told, whatever fails', async () => {
    const pairs = [client, await stranger.client(), { cert: client.cert, key: server.key }]
    for (const pair of pairs) {
      const { status } = await failureOver({ ca: stranger.ca, ...pair })
      expect(JSON.stringify(status)).not.toMatch(/BEGIN|PRIVATE/)
      expect(JSON.stringify(status)).not.toContain(ensure(pair.key.split('\n')[1], 'line'))
    }
  })
})

/** The failure of a server that answers each call so. */
async function failureAfter(onStream: (stream: ServerHttp2Stream) => void) {
  const port = await startHttp2Peer(onStream)
  return failureOf({ url: `http://127.0.0.1:${port}` })
}

describe('the flows', () => {
  test.each([
    ['too-many-streams', '8'],
    ['not-admitted', '7'],
    ['not-grpc', '12'],
    ['stream-ended', '13'],
  ])('%s', async (failure, code) => {
    const { chain } = await failureAfter((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code })
      stream.end()
    })
    expect(chain.failure).toBe(failure)
    expect(states(chain)).toBe('.p..F')
  })

  test('a web server in the place of Goldmane', async () => {
    const { chain } = await failureAfter((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end('<html></html>')
    })
    expect(chain.failure).toBe('not-grpc')
  })

  test('a stream that is reset', async () => {
    const { chain } = await failureAfter((stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR))
    expect(chain.failure).toBe('stream-ended')
  })

  test('a server that wants TLS', async () => {
    const tcp = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void tcp.close())
    const address = tcp.address()
    const port = typeof address === 'object' ? ensure(address, 'address').port : 0
    const { chain } = await failureOf({ url: `http://127.0.0.1:${port}` })
    expect(states(chain)).toBe('.p..F')
  })
})

const options = (): FollowedOptions => ({
  tls: { ca: authority.ca, ...server },
  files: { ca: authority.ca, ...client, serverName: NAME },
})

describe('over mutual TLS', () => {
  test('a Goldmane that hangs: all is passed but the flows', async () => {
    const scene = await startFollowed(options())
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.follower.status.chain).toBe(null)
    scene.goldmane.hang()
    await scene.advanceUntil(() => scene.state() === 'silent')
    const chain = ensure(scene.follower.status.chain, 'chain')
    expect(chain.failure).toBe('silent')
    expect(states(chain)).toBe('.pppF')
    expect(step(chain, 'certificate')).toMatchObject({ names: [NAME], ca: 'operator CA' })
    scene.goldmane.resume()
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.follower.status.chain).toBe(null)
  })

  test('the chain of the newest attempt counts, and reaches a viewer as it is', async () => {
    const scene = await startFollowed(options())
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.advanceUntil(() => scene.follower.status.chain?.failure === 'port-refused')
    await scene.served.listen({ ca: authority.ca, ...(await authority.server('whisker')) })
    await scene.advanceUntil(() => scene.follower.status.chain?.failure === 'certificate-name')
    const { status } = scene.follower
    const told = { ...status, now: 1, missing: [], evicted: 0, backFill: null, lost: [] }
    expect(decodeFreshness(encodeFreshness(told))).toEqual(told)
  })
})
