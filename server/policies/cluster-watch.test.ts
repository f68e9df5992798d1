/**
 * The watch over a cluster's policies, against the small API server of ours, or with KUBE_APISERVER_URL set against a real
 * one that has Calico's CRDs: see `server/testing/test-cluster.ts`.
 */
import { describe, expect, test, vi } from 'vitest'
import type { Viewer } from '../auth/viewer.ts'
import { randomName } from '../testing/kube-admin.ts'
import { calicoPolicy, createObject, deployedRules, watchTestCluster } from '../testing/watched-cluster.ts'

const EVENTUALLY = { timeout: 20_000, interval: 20 }
const SET = 'networksets'

function networkPolicy(name: string, namespace: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name,
      namespace,
      labels: { team: 'a' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"password":"x"}', note: 'x' },
    },
    spec: { podSelector: {}, policyTypes: ['Egress'] },
  }
}

describe('what was there before', () => {
  test('is listed, page by page, as YAML of what decides, with the time that it states', async () => {
    const watched = await watchTestCluster({ pageObjects: 3 })
    const { cluster, calico, documents, state, watch } = watched
    const namespace = await cluster.createNamespace()
    const names = Array.from({ length: 8 }, () => randomName())
    const list = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`
    for (const name of names) await createObject(cluster, list, networkPolicy(name, namespace))
    await createObject(
      cluster,
      `${calico}/globalnetworkpolicies`,
      calicoPolicy(calico, names[0] ?? '', 'all()'),
    )

    const later = await watchTestCluster({ cluster, pageObjects: 3 })
    await vi.waitFor(() => {
      const found = later.documents(`networkpolicies.networking.k8s.io/${namespace}/`)
      expect(new Set(found.map(({ name }) => name.split('/')[2]))).toEqual(new Set(names))
      expect(later.documents(`globalnetworkpolicies`).some(({ name }) => name.endsWith(names[0] ?? ''))).toBe(
        true,
      )
    }, EVENTUALLY)
    // The global policy has the same name, and may have been listed before it.
    const [first] = later.documents(`networkpolicies.networking.k8s.io/${namespace}/${names[0]}`)
    expect(first).toMatchObject({ basis: 'stated', earlier: 'none', until: null })
    expect(Math.abs((first?.from ?? 0) - Date.now() / 1000)).toBeLessThan(60)
    expect(first?.text).toBe(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${names[0]}
  namespace: ${namespace}
  labels:
    team: a
spec:
  podSelector: {}
  policyTypes:
  - Egress
`)
    await vi.waitFor(() => expect(later.state('networkpolicies.networking.k8s.io')).toBe('ok'), EVENTUALLY)
    await vi.waitFor(() => expect(watch.readings.objects).toBeGreaterThan(8), EVENTUALLY)
    await vi.waitFor(() => expect(state('namespaces')).toBe('ok'), EVENTUALLY)
    expect(documents(`namespaces/${namespace}`)).toHaveLength(1)
  })
})

describe('what happens', () => {
  test('is a version each, from when to when', async () => {
    const { cluster, calico, documents, watch, state } = await watchTestCluster()
    await vi.waitFor(() => expect(state('networkpolicies.projectcalico.org')).toBe('ok'), EVENTUALLY)
    const namespace = await cluster.createNamespace()
    const list = `${calico}/namespaces/${namespace}/networkpolicies`
    const name = randomName()
    const path = await createObject(cluster, list, calicoPolicy(calico, name, "app == 'one'", namespace))
    await vi.waitFor(
      () => expect(documents(name)).toMatchObject([{ earlier: 'none', until: null }]),
      EVENTUALLY,
    )
    const before = await watch.revision()
    // The API server tells times in whole seconds, within which versions cannot be told apart.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await cluster.admin.replace(path, calicoPolicy(calico, name, "app == 'two'", namespace))
    await vi.waitFor(() => expect(documents(name)).toHaveLength(2), EVENTUALLY)
    expect(await watch.revision()).not.toBe(before)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await cluster.admin.remove(path)
    await vi.waitFor(
      () => expect(documents(name).every(({ until }) => until !== null)).toBe(true),
      EVENTUALLY,
    )
    const [one, two] = documents(name)
    expect(one?.text).toContain("selector: app == 'one'\n")
    expect(two?.text).toContain("selector: app == 'two'\n")
    expect(one?.name).toMatch(new RegExp(`/${namespace}/${name} \\(until 2\\d{3}-.*Z\\)$`))
    expect([one?.until, two?.earlier]).toEqual([two?.from, 'held'])
    expect(two?.until).toBeGreaterThan(two?.from ?? Infinity)
    expect(Math.abs((two?.until ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  })

  test('while the API server was away is found afterwards, with the time that it states', async () => {
    const { cluster, calico, documents, state, watch } = await watchTestCluster()
    const direct = cluster.admin
    const name = randomName()
    const path = await createObject(cluster, `${calico}/tiers`, tier(calico, name, 7))
    const gone = await createObject(cluster, `${calico}/tiers`, tier(calico, `${name}-gone`, 8))
    await vi.waitFor(() => expect(documents(name)).toHaveLength(2), EVENTUALLY)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    cluster.connection.cut()
    await vi.waitFor(() => expect(state('tiers.projectcalico.org')).toBe('failing'), EVENTUALLY)
    expect(documents(name)).toHaveLength(2)
    await direct.replace(path, tier(calico, name, 9))
    await direct.remove(gone)
    cluster.connection.mend()
    await vi.waitFor(() => {
      expect(state('tiers.projectcalico.org')).toBe('ok')
      expect(documents(name).filter(({ until }) => until === null)).toMatchObject([
        { basis: 'stated', text: expect.stringContaining('order: 9') },
      ])
    }, EVENTUALLY)
    expect(documents(`${name}-gone (until`)).toHaveLength(1)
    expect(watch.readings.failures).toBeGreaterThan(0)
  })
})

describe('a kind', () => {
  test('that may not be read is said to be, once, and the others are read', async () => {
    const rules = deployedRules().filter(({ apiGroups }) => !apiGroups.includes('networking.k8s.io'))
    const { watch, state, log } = await watchTestCluster({ rules })
    await vi.waitFor(() => {
      expect(state('networkpolicies.networking.k8s.io')).toBe('forbidden')
      expect(state('tiers.projectcalico.org')).toBe('ok')
      expect(state('namespaces')).toBe('ok')
    }, EVENTUALLY)
    const { kinds } = watch.contentFor({ name: null, namespaces: 'all', hidesOtherEnd: false })
    expect(kinds.find(({ state: each }) => each === 'forbidden')?.why).toBe(
      'The gateway’s own account may not list networkpolicies.networking.k8s.io',
    )
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(log.filter(({ fields }) => fields['kind'] === 'networkpolicies.networking.k8s.io')).toHaveLength(1)
    expect(watch.contentFor({ name: null, namespaces: 'all', hidesOtherEnd: false }).since).not.toBeNull()
  })

  test('that may be read from now on is read', async () => {
    const { cluster, state } = await watchTestCluster({ rules: [] })
    await vi.waitFor(() => expect(state('namespaces')).toBe('forbidden'), EVENTUALLY)
    const second = await watchTestCluster({ cluster, rules: [] })
    const account = await cluster.admin.createTokenWith(deployedRules())
    const tokenFile = await cluster.tokenFile(account.token)
    const third = await watchTestCluster({ cluster, server: { ...cluster.server, tokenFile } })
    await vi.waitFor(() => expect(third.state('namespaces')).toBe('forbidden'), EVENTUALLY)
    await account.grant()
    await vi.waitFor(() => expect(third.state('namespaces')).toBe('ok'), EVENTUALLY)
    expect(second.state('namespaces')).toBe('forbidden')
  })
})

test('a viewer of some namespaces sees what is in them, what selects something in them, and tiers', async () => {
  const { cluster, calico, documents } = await watchTestCluster()
  const [mine, other] = [await cluster.createNamespace(), await cluster.createNamespace()]
  const id = randomName()
  const viewer: Viewer = { name: 'viewer', namespaces: new Set([mine]), hidesOtherEnd: false }
  for (const namespace of [mine, other]) {
    const list = `${calico}/namespaces/${namespace}`
    await createObject(
      cluster,
      `${list}/networkpolicies`,
      calicoPolicy(calico, `${id}-own`, 'all()', namespace),
    )
    await createObject(cluster, `${list}/${SET}`, {
      apiVersion: calico.replace('/apis/', ''),
      kind: 'NetworkSet',
      metadata: { name: `${id}-set`, namespace },
      spec: { nets: ['10.0.0.0/8'] },
    })
    const global = calicoPolicy(
      calico,
      `${id}-to-${namespace}`,
      `projectcalico.org/namespace == '${namespace}'`,
    )
    await createObject(cluster, `${calico}/globalnetworkpolicies`, global)
  }
  await createObject(
    cluster,
    `${calico}/globalnetworkpolicies`,
    calicoPolicy(calico, `${id}-app`, "app == 'a'"),
  )
  await createObject(cluster, `${calico}/tiers`, tier(calico, `${id}-tier`, 3))
  await vi.waitFor(() => expect(documents(id)).toHaveLength(8), EVENTUALLY)
  const seen = documents('', viewer)
    .map(({ name }) => name)
    .filter((name) => name.includes(id) || name.startsWith('namespaces/'))
  const group = calico.split('/')[2]
  expect(seen.toSorted()).toEqual([
    `globalnetworkpolicies.${group}/${id}-app`,
    `globalnetworkpolicies.${group}/${id}-to-${mine}`,
    `namespaces/${mine}`,
    `networkpolicies.${group}/${mine}/${id}-own`,
    `networksets.${group}/${mine}/${id}-set`,
    `tiers.${group}/${id}-tier`,
  ])
})

function tier(calico: string, name: string, order: number): object {
  return { apiVersion: calico.replace('/apis/', ''), kind: 'Tier', metadata: { name }, spec: { order } }
}
