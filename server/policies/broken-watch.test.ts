/** What a watch lives through that a real API server does seldom: expired versions, bookmarks, answers that are none. */
import { describe, expect, test, vi } from 'vitest'
import { randomName } from '../testing/kube-admin.ts'
import { openTestCluster, REAL_API_SERVER } from '../testing/test-cluster.ts'
import {
  calicoPolicy,
  createObject,
  watchTestCluster,
  type WatchedCluster,
} from '../testing/watched-cluster.ts'

const EVENTUALLY = { timeout: 10_000, interval: 20 }
const CALICO = '/apis/crd.projectcalico.org/v1'
const GLOBAL = `${CALICO}/globalnetworkpolicies`
const KIND = 'globalnetworkpolicies.projectcalico.org'

async function start() {
  const watched = await watchTestCluster()
  const { fake } = watched.cluster
  if (fake === null) throw new Error('not the API server of ours')
  await vi.waitFor(() => expect(watched.state(KIND)).toBe('ok'), EVENTUALLY)
  // With a watch open an object comes at once.
  await seeNew(watched)
  const count = (method: 'list' | 'watch') =>
    fake.queries.filter(
      (each) => each.startsWith(GLOBAL) && each.includes('watch=true') === (method === 'watch'),
    ).length
  return { ...watched, fake, count }
}

async function seeNew({ cluster, documents }: WatchedCluster): Promise<void> {
  const name = randomName()
  await createObject(cluster, GLOBAL, calicoPolicy(CALICO, name, 'all()'))
  await vi.waitFor(() => expect(documents(name)).toHaveLength(1), EVENTUALLY)
}

describe.skipIf(REAL_API_SERVER !== '')('a watch', () => {
  test('whose version has expired is begun anew with a list, once', async () => {
    const watched = await start()
    const { fake, count } = watched
    const lists = count('list')
    fake.objects.compact()
    await vi.waitFor(() => expect(count('list')).toBe(lists + 1), EVENTUALLY)
    await seeNew(watched)
    expect(count('list')).toBe(lists + 1)
    expect(watched.watch.readings.failures).toBe(0)
  })

  test('that ends goes on from the last bookmark, without a list', async () => {
    const watched = await start()
    const { fake, count, watch } = watched
    const [lists, before] = [count('list'), watch.readings.lastEventAt ?? 0]
    fake.objects.sendBookmarks()
    await vi.waitFor(() => expect(watch.readings.lastEventAt).toBeGreaterThan(before), EVENTUALLY)
    const watches = count('watch')
    fake.objects.endWatches()
    await vi.waitFor(() => expect(count('watch')).toBe(watches + 1), EVENTUALLY)
    expect(fake.queries.findLast((each) => each.startsWith(`${GLOBAL}?watch`))).toMatch(
      new RegExp(`resourceVersion=${fake.objects.version}`),
    )
    await seeNew(watched)
    expect(count('list')).toBe(lists)
  })

  test.each([
    ['no JSON', '{"type":\n'],
    ['no event', '{"kind":"Status"}\n'],
    ['without an end', `{"type":"${'x'.repeat(9 << 20)}`],
  ])('that says something that is %s is given up, and another goes on', async (_, bytes) => {
    const watched = await start()
    const { fake, watch } = watched
    fake.objects.sendToWatches(GLOBAL, bytes)
    await vi.waitFor(() => expect(watch.readings.failures).toBeGreaterThan(0), EVENTUALLY)
    await seeNew(watched)
    expect(watched.state(KIND)).toBe('ok')
  })

  test('that is cut within an event takes the event once it comes whole', async () => {
    const watched = await start()
    watched.fake.objects.sendToWatches(GLOBAL, '{"type":"DELETED","object":{"metadata":{"na')
    watched.fake.objects.endWatches()
    await seeNew(watched)
    expect(watched.state(KIND)).toBe('ok')
  })
})

function namesOf({ documents }: WatchedCluster): readonly string[] {
  return documents('globalnetworkpolicies').map(({ name }) => name)
}

describe.skipIf(REAL_API_SERVER !== '')('a list', () => {
  test('whose version expires between two pages is asked for whole', async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    for (let i = 0; i < 5; i += 1)
      await createObject(cluster, GLOBAL, calicoPolicy(CALICO, `policy-${i}`, 'all()'))
    fake?.objects.expirePage(GLOBAL)
    const { documents, state } = await watchTestCluster({ cluster, pageObjects: 2 })
    await vi.waitFor(() => expect(state(KIND)).toBe('ok'), EVENTUALLY)
    expect(documents('globalnetworkpolicies')).toHaveLength(5)
    const lists = fake?.queries.filter((each) => each.startsWith(GLOBAL) && !each.includes('watch=true'))
    expect(lists?.map((each) => each.replace(GLOBAL, ''))).toEqual([
      '?limit=2',
      expect.stringMatching(/^\?limit=2&continue=/),
      '',
    ])
  })

  test('that fails is tried again, and says so meanwhile', async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    if (fake === null) throw new Error('not the API server of ours')
    fake.fault = {
      path: '/globalnetworkpolicies?limit=250',
      answer: (response) => void response.writeHead(500).end(),
    }
    const { state, watch } = await watchTestCluster({ cluster })
    await vi.waitFor(() => expect(state(KIND)).toBe('failing'), EVENTUALLY)
    await vi.waitFor(() => expect(state('namespaces')).toBe('ok'), EVENTUALLY)
    // Eleven kinds have asked what there is, once.
    expect(fake.queries.filter((each) => each === '/apis').length).toBe(1)
    const kinds = () => watch.contentFor({ name: null, namespaces: 'all', hidesOtherEnd: false })
    expect(kinds().kinds.find(({ kind }) => kind === KIND)?.why).toBe('The API server answered 500')
    expect(kinds().since).toBeNull()
    fake.fault = null
    await vi.waitFor(() => expect(kinds().since).not.toBeNull(), EVENTUALLY)
  })

  test('of a kind that is served later is found, and those of one that is served no more are gone', async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    if (fake === null) throw new Error('not the API server of ours')
    const clock = { offset: 0 }
    const names = fake.served.get('crd.projectcalico.org/v1') ?? []
    fake.served.delete('crd.projectcalico.org/v1')
    const { state, documents } = await watchTestCluster({
      cluster,
      // Discovery is remembered for ten seconds.
      clock: {
        now: () => Date.now() + clock.offset,
        after(milliseconds, task) {
          const timer = setTimeout(task, milliseconds)
          return () => clearTimeout(timer)
        },
      },
    })
    await vi.waitFor(() => expect(state(KIND)).toBe('absent'), EVENTUALLY)
    fake.served.set('crd.projectcalico.org/v1', names)
    clock.offset += 20_000
    await createObject(cluster, GLOBAL, calicoPolicy(CALICO, 'one', 'all()'))
    await vi.waitFor(() => expect(documents('/one')).toHaveLength(1), EVENTUALLY)
    fake.served.delete('crd.projectcalico.org/v1')
    clock.offset += 20_000
    fake.objects.compact()
    await vi.waitFor(() => expect(state(KIND)).toBe('absent'), EVENTUALLY)
    expect(documents('/one').every(({ until }) => until !== null)).toBe(true)
  })

  test('is of what is stored where the API server of Calico is away', async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    if (fake === null) throw new Error('not the API server of ours')
    fake.served.set('projectcalico.org/v3', fake.served.get('crd.projectcalico.org/v1') ?? [])
    fake.fault = {
      path: '/apis/projectcalico.org/v3',
      answer: (response) => void response.writeHead(503).end(),
    }
    await createObject(cluster, GLOBAL, calicoPolicy(CALICO, 'stored', 'all()'))
    const watched = await watchTestCluster({ cluster })
    const stored = ['globalnetworkpolicies.crd.projectcalico.org/stored']
    await vi.waitFor(() => expect(namesOf(watched)).toEqual(stored), EVENTUALLY)
  })

  test('has policies that cannot be read, which a viewer of some namespaces does not get', async () => {
    const cluster = await openTestCluster()
    await createObject(cluster, GLOBAL, calicoPolicy(CALICO, 'odd', 'app ='))
    const { documents, watch } = await watchTestCluster({ cluster })
    await vi.waitFor(() => expect(documents('/odd')).toHaveLength(1), EVENTUALLY)
    const viewer = { name: 'anna', namespaces: new Set(['default']), hidesOtherEnd: false }
    expect(documents('/odd', viewer)).toEqual([])
    expect(watch.contentFor(viewer).omitted).toEqual({ objects: 1, versions: 0 })
  })

  test('is of the v3 API where that may be read, else of what is stored', async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    if (fake === null) throw new Error('not the API server of ours')
    const v3 = '/apis/projectcalico.org/v3'
    fake.served.set('projectcalico.org/v3', fake.served.get('crd.projectcalico.org/v1') ?? [])
    await createObject(cluster, GLOBAL, calicoPolicy(CALICO, 'stored', 'all()'))
    await createObject(cluster, `${v3}/globalnetworkpolicies`, calicoPolicy(v3, 'written', 'all()'))
    const both = await watchTestCluster({ cluster })
    const stored = await watchTestCluster({
      cluster,
      rules: [{ apiGroups: ['crd.projectcalico.org'], resources: ['*'], verbs: ['list', 'watch'] }],
    })
    await vi.waitFor(() => {
      expect(namesOf(both)).toEqual(['globalnetworkpolicies.projectcalico.org/written'])
      expect(namesOf(stored)).toEqual(['globalnetworkpolicies.crd.projectcalico.org/stored'])
    }, EVENTUALLY)
  })
})

test.skipIf(REAL_API_SERVER !== '')(
  'the end of the gateway ends all calls, also those that are not answered',
  async () => {
    const cluster = await openTestCluster()
    const { fake } = cluster
    if (fake === null) throw new Error('not the API server of ours')
    // Never answered.
    fake.fault = { path: '/tiers?limit=250', answer: () => undefined }
    const { watch, state } = await watchTestCluster({ cluster })
    await vi.waitFor(() => expect(state(KIND)).toBe('ok'), EVENTUALLY)
    await watch.close()
  },
)
