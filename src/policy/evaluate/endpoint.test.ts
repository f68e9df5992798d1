/** What selectors see of endpoints and network sets, by `calico-semantics.md` 4.4. */
import { describe, expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import { parseCidr } from '../manifest/cidr.ts'
import { documents, shopManifests } from '../testing/shop-cluster.ts'
import { endpointOfHost, endpointOfPod, labelAt, partlyLabelledSet } from './endpoint.ts'
import { endOfAddress } from './known-end.ts'
import { asWholeCluster } from './whole-cluster.ts'

const profile = (name: string, labels: string) =>
  `apiVersion: projectcalico.org/v3\nkind: Profile\nmetadata: { name: ${name} }\nspec: { labelsToApply: { ${labels} } }\n`

const setText = (namespace: string) => `apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: { namespace: ${namespace}, name: s, labels: { pcns.team: own, projectcalico.org/namespace: other } }
spec: { nets: [9.9.9.9/32] }
`

function podText(namespace: string, rest: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { namespace: ${namespace}, name: x, labels: { app: x } }\n${rest}\n`
}

describe('4.4 A pod', () => {
  test('has labels of a namespace and of an account that were not loaded, perhaps', () => {
    const manifests = shopManifests(podText('far', 'spec: { serviceAccountName: robot }'))
    const pod = endpointOfPod(ensure(manifests.pods.at(-1), 'a pod'), manifests)
    const value = (label: string) => labelAt(pod, label)
    expect([value('app'), value('other'), value('constructor')]).toEqual(['x', null, null])
    expect(value('projectcalico.org/namespace')).toBe('far')
    expect([value('pcns.projectcalico.org/name'), value('pcns.team')]).toEqual(['far', undefined])
    expect([value('pcsa.projectcalico.org/name'), value('pcsa.role')]).toEqual(['robot', undefined])
  })

  test('has none but those of a namespace and of an account that were loaded', () => {
    const manifests = shopManifests(podText('shop', 'spec: { serviceAccountName: robot }'))
    const pod = endpointOfPod(ensure(manifests.pods.at(-1), 'a pod'), manifests)
    const value = (label: string) => labelAt(pod, label)
    expect([value('pcns.team'), value('pcns.other')]).toEqual(['red', null])
    expect([value('pcsa.role'), value('pcsa.other')]).toEqual(['writer', null])
  })

  test('has none but its names where the manifests are the whole cluster', () => {
    const manifests = asWholeCluster(shopManifests(podText('far', 'spec: { serviceAccountName: robot }')))
    const pod = endpointOfPod(ensure(manifests.pods.at(-1), 'a pod'), manifests)
    expect([labelAt(pod, 'pcns.team'), labelAt(pod, 'pcsa.role')]).toEqual([null, null])
    expect(manifests.namespaces.map(({ name }) => name)).toEqual(['shop', 'lab', 'far'])
    expect(manifests.serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'shop/robot',
      'shop/default',
      'lab/default',
      'far/robot',
    ])
  })

  test('of the host network is none that policies govern', () => {
    const status = 'status: { podIP: 10.9.9.9 }'
    const typeWith = (spec: string) => {
      const manifests = shopManifests(podText('shop', `spec: { ${spec} }\n${status}`))
      return endOfAddress(ensure(parseCidr('10.9.9.9'), 'an address'), manifests).recorded.type
    }
    expect(typeWith('hostNetwork: false')).toBe('WorkloadEndpoint')
    expect(typeWith('hostNetwork: true')).toBe('Network')
  })
})

test('4.4 a host endpoint inherits a label from the first of its profiles that has it', () => {
  const host = `apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: { name: h, labels: { own: host } }
spec: { node: n, interfaceName: eth0, profiles: [first, missing, second] }
`
  const manifests = shopManifests(
    documents(host, profile('first', 'a: first, own: first'), profile('second', 'a: second, b: second')),
  )
  const { labels } = endpointOfHost(ensure(manifests.hostEndpoints[0], 'a host'), manifests)
  expect(labels).toEqual({ a: 'first', b: 'second', own: 'host' })
})

describe('4.4 A network set', () => {
  test('has the name of its namespace, and its own labels before inherited ones', () => {
    const manifests = shopManifests(setText('shop'))
    const set = partlyLabelledSet(ensure(manifests.networkSets[0], 'a set'), manifests)
    expect(set.labels).toMatchObject({ 'projectcalico.org/namespace': 'shop', 'pcns.team': 'own' })
    expect(labelAt(set, 'pcns.other')).toBeNull()
  })

  test('has labels of a namespace that was not loaded, perhaps', () => {
    const manifests = shopManifests(setText('far'))
    const set = partlyLabelledSet(ensure(manifests.networkSets[0], 'a set'), manifests)
    expect([labelAt(set, 'pcns.other'), labelAt(set, 'other')]).toEqual([undefined, null])
  })
})
