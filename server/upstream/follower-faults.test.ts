// The follower over real mutual TLS, with what a network, a certificate or a hung Goldmane can do to it.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import { type Authority, type CertificatePair, createPki } from '../testing/certificates.ts'
import {
  fill,
  filled,
  flowAt,
  type FollowedOptions,
  ServedGoldmane,
  startFollowed,
} from '../testing/followed-goldmane.ts'
import { startTcpProxy } from '../testing/tcp-proxy.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const NAME = 'goldmane.calico-system.svc'
const BUCKET_MS = BUCKET_SECONDS * 1000

let authority: Authority
let stranger: Authority
let server: CertificatePair
let client: CertificatePair

beforeAll(async () => {
  ;({ authority, stranger, server, client } = await createPki(NAME))
})

/** A follower over mutual TLS, of a Goldmane with an hour of data. */
async function startOverTls(options: FollowedOptions = {}) {
  return startFollowed({
    tls: { ca: authority.ca, ...server },
    files: { ca: authority.ca, ...client, serverName: NAME },
    prepare: (goldmane) => fill(goldmane, 20, 0),
    ...options,
  })
}

/** Files that the gateway reads, at first with what Goldmane accepts. */
async function writeFiles() {
  const folder = await temporaryFolder()
  const files = { ca: join(folder, 'ca.crt'), cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') }
  const write = async (ca: string, pair: CertificatePair) => {
    await writeFile(files.ca, ca)
    await writeFile(files.cert, pair.cert)
    await writeFile(files.key, pair.key)
  }
  await write(authority.ca, client)
  return { files: { ...files, serverName: NAME }, write }
}

describe('over mutual TLS', () => {
  test('Goldmane is killed, and started again with its data: live again, nothing lost, nothing twice', async () => {
    const scene = await startOverTls()
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.advanceUntil(() => /nothing listens there/.test(scene.follower.status.cause ?? ''))
    await scene.served.listen()
    await scene.pass(2 * BUCKET_MS)
    expect(scene.state()).toBe('live')
    expect(scene.held()).toEqual(filled(20, 0))
    expect(scene.follower.status.restartedAt).toBe(null)
    expect(scene.goldmane.streams).toBe(1)
  })

  test('Goldmane runs in short bursts: slow, complete, no alarm', async () => {
    const scene = await startOverTls()
    for (let burst = 0; burst < 40 && scene.ring.records < 3 * 19; burst++) {
      scene.goldmane.hang({ afterResults: 5 })
      await scene.pass(3000)
      scene.goldmane.resume()
      await scene.pass(300, 50)
    }
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(expect.arrayContaining(filled(20, 2)))
    expect(scene.events()).toEqual(['goldmane connected'])
  })

  test('the connection is half open: known within 40 s, then opened anew, and nothing is lost', async () => {
    const served = new ServedGoldmane({})
    await served.listen({ ca: authority.ca, ...server })
    const proxy = await startTcpProxy(served.port)
    const scene = await startOverTls({ port: proxy.port, served, connectTimeout: 10_000 })
    fill(scene.goldmane, 20, 0)
    await scene.advanceUntil(() => scene.state() === 'live')
    const begin = scene.clock.now()
    proxy.swallow()
    await scene.advanceUntil(() => scene.state() === 'silent')
    expect(scene.clock.now() - begin).toBeLessThan(40_000)
    expect(scene.follower.status.cause).toMatch(/does not answer pings either, and is opened again$/)
    await scene.advanceUntil(() => scene.state() === 'unreachable')
    expect(scene.follower.status.cause).toMatch(/did not finish the TLS handshake/)
    proxy.heal()
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(filled(20, 0))
    expect(scene.follower.status.restartedAt).toBe(null)
    await scene.until(() => scene.goldmane.streams === 1)
  })

  test.each([600, -600])(
    'the clock of Goldmane is %i s ahead: complete, live, and it resumes',
    async (skew) => {
      const scene = await startOverTls({ skew, prepare: () => {} })
      const now = bucketsAgo(0) + skew
      for (let n = 20; n >= 0; n--) scene.goldmane.ingest(flowAt(now - n * BUCKET_SECONDS))
      await scene.advanceUntil(() => scene.state() === 'live')
      scene.goldmane.breakStreams()
      await scene.until(() => scene.state() === 'unreachable')
      await scene.pass(2 * BUCKET_MS)
      expect(scene.state()).toBe('live')
      expect(scene.held()).toHaveLength(21)
      expect(scene.follower.status.lastBucket).toBe(now)
    },
  )
})

describe('what cannot work is said, and heals by itself', () => {
  test.each([
    [
      'a server certificate that has expired',
      () => authority.server(NAME, { endsIn: -86_400_000 }),
      /has expired/,
    ],
    ['a server certificate of another CA', () => stranger.server(NAME), /is not signed by the given CA/],
    [
      'a server certificate of another name',
      () => authority.server('whisker'),
      /is not for the name goldmane/,
    ],
  ])('%s', async (_, issue, cause) => {
    const scene = await startOverTls({ tls: { ca: authority.ca, ...(await issue()) } })
    await scene.until(() => scene.state() === 'unreachable')
    expect(scene.follower.status.cause).toMatch(cause)
    await scene.served.kill()
    await scene.served.listen({ ca: authority.ca, ...server })
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.lines.filter(({ fields }) => cause.test(String(fields['why'])))).toHaveLength(1)
  })

  test('a client certificate that Goldmane does not accept: the log has the alert, once in five minutes', async () => {
    const scene = await startOverTls({
      files: { ca: authority.ca, ...(await stranger.client()), serverName: NAME },
    })
    await scene.until(() => scene.state() === 'unreachable')
    expect(scene.follower.status.cause).toMatch(/refused the client certificate/)
    const lost = () => scene.lines.filter(({ event }) => event === 'goldmane lost')
    await scene.pass(290_000, 1000)
    expect(lost()).toHaveLength(1)
    await scene.advanceUntil(() => lost().length === 2)
    expect(lost()[1]?.fields['times']).toBeGreaterThan(10)
  })
})

describe('certificates on disk', () => {
  test('are rotated under load: a new connection, one stream, nothing lost, no outage', async () => {
    const { files, write } = await writeFiles()
    const served = new ServedGoldmane({})
    await served.listen({ ca: authority.ca, ...server })
    const proxy = await startTcpProxy(served.port)
    const scene = await startOverTls({ files, port: proxy.port, served })
    fill(scene.goldmane, 20, 0)
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(proxy.accepted).toBe(1)

    await write(authority.ca, await authority.client({ endsIn: 86_400_000 * 20 }))
    let newest = 0
    const feed = async (buckets: number) => {
      for (const last = newest - buckets; newest > last;) {
        newest -= 1
        for (const port of [80, 443, 5432]) scene.goldmane.ingest(flowAt(bucketsAgo(newest), port))
        await scene.pass(BUCKET_MS)
      }
    }
    await feed(4)
    // The clock is faster than a handshake. Each of its buckets gets its flows in time, or no stream would send them.
    const isRenewed = () => scene.events().includes('client certificate renewed')
    for (let more = 0; more < 150 && !isRenewed(); more++) await feed(1)
    await feed(4)
    await scene.pass(3 * BUCKET_MS)
    expect(proxy.accepted).toBe(2)
    expect(scene.held()).toEqual(filled(20, newest))
    expect(scene.goldmane.streams).toBe(1)
    expect(scene.statuses.every(({ state }) => state === 'reading' || state === 'live')).toBe(true)
    expect(scene.events()).toContain('client certificate renewed')
    expect(scene.events()).not.toContain('goldmane lost')
  })

  test('that Goldmane does not accept do not end the connection that stands', async () => {
    const { files, write } = await writeFiles()
    const scene = await startOverTls({ files })
    await scene.advanceUntil(() => scene.state() === 'live')
    await write(authority.ca, await stranger.client())
    await scene.advanceUntil(() => scene.events().includes('client certificate not accepted'))
    await scene.pass(60_000)
    expect(scene.state()).toBe('live')
    expect(scene.events().filter((event) => event === 'client certificate not accepted')).toHaveLength(1)
    await write(authority.ca, await authority.client())
    await scene.advanceUntil(() => scene.events().includes('client certificate renewed'))
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.events()).not.toContain('goldmane lost')
  })

  test('a certificate without its key is waited for', async () => {
    const { files, write } = await writeFiles()
    const scene = await startOverTls({ files })
    await scene.advanceUntil(() => scene.state() === 'live')
    const renewed = await authority.client()
    await writeFile(files.cert, renewed.cert)
    await scene.advanceUntil(() => scene.events().includes('client certificate unusable'))
    await write(authority.ca, renewed)
    await scene.advanceUntil(() => scene.events().includes('client certificate renewed'))
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.events()).not.toContain('goldmane lost')
  })

  test('a new CA on both sides: the gateway is back without a restart', async () => {
    const { files, write } = await writeFiles()
    const scene = await startOverTls({ files })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.served.listen({ ca: stranger.ca, ...(await stranger.server(NAME)) })
    await scene.advanceUntil(() => /not signed by the given CA/.test(scene.follower.status.cause ?? ''))
    await write(stranger.ca, await stranger.client())
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(expect.arrayContaining(filled(20, 2)))
  })
})
