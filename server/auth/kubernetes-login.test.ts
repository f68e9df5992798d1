/**
 * The mode `kubernetes`, against the small API server of ours, or with KUBE_APISERVER_URL set against a real one: see
 * `server/testing/test-cluster.ts`.
 */
import type { ServerResponse } from 'node:http'
import { describe, expect, test, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import {
  bearer,
  logIn,
  openWatched,
  readSession,
  sessionOf,
  startGuardedServer,
  statusWith,
  type GuardedServer,
} from '../testing/guarded-server.ts'
import { openTestCluster, REAL_API_SERVER, type TestCluster } from '../testing/test-cluster.ts'
import type { KubernetesAuthOptions } from './auth-options.ts'

interface Fixture extends GuardedServer {
  readonly clock: ManualClock
}

async function start(cluster: TestCluster, options: Partial<KubernetesAuthOptions> = {}): Promise<Fixture> {
  // Cached reviews end with the token, whose expiry is in real time.
  const clock = new ManualClock(Date.now())
  const { server } = cluster
  return { ...(await startGuardedServer({ mode: 'kubernetes', server, ...options }, { clock })), clock }
}

/** What the holder of a token may see, or the status of the refusal. */
async function namespacesOf(server: GuardedServer, token: string): Promise<unknown> {
  const response = await fetch(server.url, { headers: bearer(token) })
  const body: unknown = await response.json()
  return response.ok && typeof body === 'object' && body !== null && 'namespaces' in body
    ? body.namespaces
    : response.status
}

/** A real API server hears of a changed right a little later, and remembers for 10 s whose a token is. */
const EVENTUALLY = { timeout: 25_000, interval: 200 }

/** Waits until a token opens these namespaces, with its cached review forgotten before each look. */
async function expectNamespaces(server: Fixture, token: string, namespaces: unknown): Promise<void> {
  await vi.waitFor(async () => {
    server.clock.advance(60_000)
    expect(await namespacesOf(server, token)).toEqual(namespaces)
  }, EVENTUALLY)
}

const VIEWER = { kind: 'User', name: 'viewer' } as const
const ADMIN = { username: 'admin', groups: ['system:masters'] }
const VIEWERS = { kind: 'Group', name: 'viewers' } as const

describe('a token', () => {
  test('with the right in all namespaces opens them all, by user and by group', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    expect(await namespacesOf(server, 'viewertoken')).toEqual([])
    const revoke = await cluster.grant(VIEWERS, null)
    await expectNamespaces(server, 'viewertoken', 'all')
    await revoke()
    await expectNamespaces(server, 'viewertoken', [])
    await cluster.grant(VIEWER, null)
    await expectNamespaces(server, 'viewertoken', 'all')
    await expectNamespaces(server, 'strangertoken', [])
  })

  test('opens the namespaces in which its user has the right, and no other', async () => {
    const cluster = await openTestCluster()
    const [first, second] = [await cluster.createNamespace(), await cluster.createNamespace()]
    await cluster.createNamespace()
    const server = await start(cluster, { hidesOtherEnd: true })
    await cluster.grant(VIEWER, first)
    await cluster.grant(VIEWERS, second)
    await expectNamespaces(server, 'viewertoken', [first, second].sort())
    expect(await (await fetch(server.url, { headers: bearer('viewertoken') })).json()).toMatchObject({
      name: 'viewer',
      hidesOtherEnd: true,
    })
  })

  test('of a service account opens what its account may see, until the account is deleted', async () => {
    const cluster = await openTestCluster()
    const namespace = await cluster.createNamespace()
    const account = await cluster.createAccount(namespace)
    await cluster.grant(account.subject, namespace)
    const server = await start(cluster)
    await expectNamespaces(server, account.token, [namespace])
    expect(await readSession(server, bearer(account.token))).toMatchObject({
      loggedIn: true,
      user: account.userName,
    })
    await account.remove()
    await expectNamespaces(server, account.token, 401)
  })

  test('with a right of another verb, group or resource opens nothing', async () => {
    const cluster = await openTestCluster()
    const right = { verb: 'get', group: 'goldmane.projectcalico.org', resource: 'flows' }
    await cluster.grant(VIEWER, null, { ...right, verb: 'list' })
    await cluster.grant(VIEWER, null, { ...right, group: 'projectcalico.org' })
    await cluster.grant(VIEWER, null, { ...right, resource: 'flow' })
    // Granted last, so that the others are known when it is.
    const [own, namespace] = [{ ...right, resource: 'tests' }, await cluster.createNamespace()]
    await cluster.grant(VIEWER, namespace, own)
    await expectNamespaces(await start(cluster, { right: own }), 'viewertoken', [namespace])
    expect(await namespacesOf(await start(cluster), 'viewertoken')).toEqual([])
  })

  test.each([
    '',
    'viewertoke',
    'viewertokenx',
    'VIEWERTOKEN',
    'null',
    '{}',
    '"',
    'viewertoken admintoken',
    'a.b.c',
    'x'.repeat(80),
  ])('%j of nobody is refused', async (token) => {
    const server = await start(await openTestCluster())
    expect(await namespacesOf(server, token)).toBe(401)
    expect((await logIn(server, token)).status).toBe(401)
  })

  test('is neither logged nor told', async () => {
    const server = await start(await openTestCluster())
    const { body } = await logIn(server, 'a-secret-that-nobody-may-see')
    expect(body + JSON.stringify(server.log)).not.toContain('a-secret')
    expect(server.log).toHaveLength(1)
  })

  test('is asked for at most ten times a minute while it is wrong', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, at) => statusWith(server, bearer(`wrong-${at}`))),
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
  })
})

describe('audiences', () => {
  test('a token for another audience is refused, in both directions', async () => {
    const cluster = await openTestCluster()
    const namespace = await cluster.createNamespace()
    const plain = await cluster.createAccount(namespace)
    const meant = await cluster.createAccount(namespace, ['flowtrace', 'other'])
    await cluster.grant(plain.subject, namespace)
    await cluster.grant(meant.subject, namespace)
    const [open, strict] = [await start(cluster), await start(cluster, { audiences: ['none', 'flowtrace'] })]
    await expectNamespaces(open, plain.token, [namespace])
    expect(await namespacesOf(open, meant.token)).toBe(401)
    await expectNamespaces(strict, meant.token, [namespace])
    expect(await namespacesOf(strict, plain.token)).toBe(401)
  })
})

describe('a session', () => {
  test('needs a user who may see something', async () => {
    const server = await start(await openTestCluster())
    const { status, cookie, body } = await logIn(server, 'strangertoken')
    expect({ status, cookie }).toEqual({ status: 403, cookie: null })
    expect(body).toContain('stranger may not see the flows of any namespace')
  })

  test('and its open calls end within 60 s when the right is taken away', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const revoke = await cluster.grant(VIEWER, await cluster.createNamespace())
    await vi.waitFor(async () => {
      server.clock.advance(5_000)
      expect((await logIn(server, 'viewertoken')).status).toBe(204)
    }, EVENTUALLY)
    const cookie = await sessionOf(server, 'viewertoken')
    await openWatched(server, { cookie })
    await revoke()
    await vi.waitFor(() => {
      server.clock.advance(55_000)
      expect(server.changes).toEqual([expect.objectContaining({ status: 401, reason: 'session ended' })])
    }, EVENTUALLY)
    expect(await statusWith(server, { cookie })).toBe(401)
    // A right that comes back later does not bring the session back.
    await cluster.grant(VIEWER, null)
    await expectNamespaces(server, 'viewertoken', 'all')
    expect(await statusWith(server, { cookie })).toBe(401)
  })

  test('that is open is told of namespaces that came', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const [first, second] = [await cluster.createNamespace(), await cluster.createNamespace()]
    await cluster.grant(VIEWER, first)
    await expectNamespaces(server, 'viewertoken', [first])
    await openWatched(server, bearer('viewertoken'))
    await cluster.grant(VIEWER, second)
    await vi.waitFor(() => {
      server.clock.advance(55_000)
      expect(server.changes).toEqual([
        expect.objectContaining({ namespaces: new Set([first, second].sort()) }),
      ])
    }, EVENTUALLY)
  })

  test('goes on from the cached review while the API server is away, then nobody is let in until it is back', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const namespace = await cluster.createNamespace()
    await cluster.grant(VIEWER, namespace)
    await expectNamespaces(server, 'viewertoken', [namespace])
    const cookie = await sessionOf(server, 'viewertoken')
    await openWatched(server, { cookie })
    cluster.connection.cut()
    expect(await statusWith(server, { cookie })).toBe(200)
    server.clock.advance(50_000)
    expect(await statusWith(server, { cookie })).toBe(503)
    expect(await statusWith(server, bearer('viewertoken'))).toBe(503)
    const { status, body } = await logIn(server, 'viewertoken')
    expect(status).toBe(503)
    expect(body).toMatch(/The API server could not be asked \(.+\)\./)
    await vi.waitFor(() => expect(server.changes).toEqual([expect.objectContaining({ status: 503 })]))
    expect(server.log.filter(({ level }) => level === 'error')).toHaveLength(1)
    cluster.connection.mend()
    expect(await statusWith(server, { cookie })).toBe(200)
  })
})

describe('the gateway’s own account', () => {
  test('is judged like any other: a token that is not accepted, and an account without rights, let nobody in', async () => {
    const cluster = await openTestCluster()
    await cluster.grant(VIEWER, null)
    const without = await cluster.createAccount(await cluster.createNamespace())
    for (const [token, sentence] of [
      ['nonsense', /does not accept the gateway’s own account/],
      [without.token, /may not create tokenreviews.authentication.k8s.io/],
    ] as const) {
      const tokenFile = await cluster.tokenFile(token)
      const server = await start(cluster, { server: { ...cluster.server, tokenFile } })
      expect(await namespacesOf(server, 'viewertoken')).toBe(503)
      expect((await logIn(server, 'viewertoken')).body).toMatch(sentence)
    }
  })

  test('has to be there at the start', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster, { server: { ...cluster.server, tokenFile: '/none/token' } })
    await expect(server.auth.checkSetup()).rejects.toThrow(
      'The token of the gateway’s own account /none/token cannot be read',
    )
    expect(await namespacesOf(server, 'viewertoken')).toBe(503)
    await (await start(cluster)).auth.checkSetup()
    for (const url of ['http://localhost:1', 'https://a@localhost', 'https://localhost/path', 'localhost'])
      await expect(start(cluster, { server: { ...cluster.server, url } })).rejects.toThrow(/has to be https:/)
  })
})

describe.skipIf(REAL_API_SERVER !== '')('an API server that is broken', () => {
  test.each([
    ['500', 500, { status: { authenticated: true, user: ADMIN } }],
    ['202', 202, { status: { authenticated: true, user: ADMIN } }],
    ['a redirect', 302, {}],
    ['nothing of the kind', 201, { kind: 'Status' }],
    ['a user without a name', 201, { status: { authenticated: true, user: {} } }],
    ['a user whose name is empty', 201, { status: { authenticated: true, user: { username: '' } } }],
    ['yes in words', 201, { status: { authenticated: 'true', user: ADMIN } }],
    [
      'groups that are no list',
      201,
      { status: { authenticated: true, user: { username: 'a', groups: 'admins' } } },
    ],
  ])('and answers TokenReview with %s lets nobody in', async (_, status, body) => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const answer = (response: ServerResponse) => {
      response.writeHead(status, { location: 'https://evil.example/' }).end(JSON.stringify(body))
    }
    if (cluster.fake !== null) cluster.fake.fault = { path: '/tokenreviews', answer }
    expect(await namespacesOf(server, 'admintoken')).toBe(503)
  })

  test.each([
    ['no answer', (response: ServerResponse) => void response.destroy()],
    ['no JSON', (response: ServerResponse) => void response.end('yes')],
    [
      'half an answer',
      (response: ServerResponse) => {
        response.writeHead(201, { 'content-length': '100' })
        response.write('{"status"', () => response.destroy())
      },
    ],
    [
      'an answer without an end',
      (response: ServerResponse) => {
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        }
        response.on('drain', more)
        more()
      },
    ],
  ])('and gives %s lets nobody in', async (_, answer) => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    if (cluster.fake !== null) cluster.fake.fault = { path: '/tokenreviews', answer }
    expect(await namespacesOf(server, 'admintoken')).toBe(503)
  })

  test('of another authority is told no token', async () => {
    const [cluster, other] = [await openTestCluster(), await openTestCluster()]
    const server = await start(cluster, { server: { ...cluster.server, caFile: other.server.caFile } })
    expect(await namespacesOf(server, 'admintoken')).toBe(503)
    expect(cluster.fake?.calls.some((call) => call.includes('tokenreviews'))).toBe(false)
  })

  test('half-way through the review lets nobody in, and nothing of it is cached', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const { fake } = cluster
    const namespace = await cluster.createNamespace()
    await cluster.grant(VIEWER, namespace)
    if (fake === null) return
    const before = fake.calls.length
    expect(await namespacesOf(server, 'viewertoken')).toEqual([namespace])
    const callsOfReview = fake.calls.length - before
    for (let failing = 0; failing < callsOfReview; failing += 1) {
      server.clock.advance(60_000)
      fake.failsAfter = failing
      expect(await namespacesOf(server, 'viewertoken')).toBe(503)
      fake.failsAfter = Infinity
    }
    expect(await namespacesOf(server, 'viewertoken')).toEqual([namespace])
  })

  test('is asked once by calls that come together, and again after 50 s', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    await cluster.grant(VIEWER, null)
    const reviews = () => cluster.fake?.calls.filter((call) => call.endsWith('/tokenreviews')).length
    await Promise.all(Array.from({ length: 20 }, () => statusWith(server, bearer('viewertoken'))))
    expect(reviews()).toBe(1)
    server.clock.advance(49_999)
    await statusWith(server, bearer('viewertoken'))
    expect(reviews()).toBe(1)
    server.clock.advance(1)
    await statusWith(server, bearer('viewertoken'))
    expect(reviews()).toBe(2)
  })

  test('is asked page by page for its namespaces', async () => {
    const cluster = await openTestCluster()
    const server = await start(cluster)
    const names: string[] = []
    for (let count = 0; count < 510; count += 1) names.push(await cluster.createNamespace())
    const last = names.sort().at(-1) ?? ''
    await cluster.grant(VIEWER, last)
    expect(await namespacesOf(server, 'viewertoken')).toEqual([last])
  })

  test('does not hold a cached yes beyond the end of its token', async () => {
    const cluster = await openTestCluster()
    const namespace = await cluster.createNamespace()
    const account = await cluster.createAccount(namespace)
    await cluster.grant(account.subject, namespace)
    const server = await start(cluster)
    server.clock.advance(3_590_000)
    expect(await namespacesOf(server, account.token)).toEqual([namespace])
    cluster.connection.cut()
    server.clock.advance(20_000)
    expect(await namespacesOf(server, account.token)).toBe(503)
  })
})
