import { describe, expect, test } from 'vitest'

import { faultLines, readText } from './testing/read-text.ts'

function read(text: string) {
  const { manifests, faults } = readText(text)
  expect(faultLines(faults)).toEqual([])
  return manifests
}

describe('4.4 Labels', () => {
  test('a namespace has its name as one, whatever it says', () => {
    const { namespaces } = read(
      'apiVersion: v1\nkind: Namespace\nmetadata: { name: a, labels: { b: c, kubernetes.io/metadata.name: x } }',
    )
    expect(namespaces).toMatchObject([
      { name: 'a', namespace: '', labels: { b: 'c', 'kubernetes.io/metadata.name': 'a' } },
    ])
  })

  test('a pod loses those that stand for labels of its namespace and service account', () => {
    const { pods } = read(
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { pcns.x: a, pcsa.x: a, b: c } }',
    )
    expect(pods).toMatchObject([{ labels: { b: 'c' }, serviceAccount: 'default', namespace: 'default' }])
  })
})

test('1.9 a pod has the name of its flows, its addresses and its named ports', () => {
  const { pods } = read(`apiVersion: v1
kind: Pod
metadata: { name: web-7d9c-x2x, namespace: ns, generateName: web-7d9c- }
spec:
  serviceAccountName: web
  hostNetwork: true
  containers:
    - image: a
      ports: [{ name: http, containerPort: 80 }, { containerPort: 81 }, { name: dns, containerPort: 53, protocol: UDP }]
status: { phase: Running, podIP: 10.0.0.1, podIPs: [{ ip: 10.0.0.1 }, { ip: "fd00::1" }] }`)
  expect(pods[0]?.addresses.map(({ text }) => text)).toEqual(['10.0.0.1/32', 'fd00::1/128'])
  expect(pods).toMatchObject([
    {
      name: 'web-7d9c-x2x',
      namespace: 'ns',
      flowName: 'web-7d9c-*',
      serviceAccount: 'web',
      isHostNetworked: true,
      ports: [
        { name: 'http', protocol: 6, port: 80 },
        { name: 'dns', protocol: 17, port: 53 },
      ],
    },
  ])
})

test('a pod that is done has no addresses', () => {
  const { pods } = read(
    'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nstatus: { phase: Succeeded, podIP: 10.0.0.1 }',
  )
  expect(pods).toMatchObject([{ addresses: [] }])
})

const TEMPLATE = '{ metadata: { labels: { a: b } }, spec: { serviceAccountName: sa, containers: [] } }'

describe('a template of pods', () => {
  test.each([
    ['apps/v1', 'Deployment', `template: ${TEMPLATE}`, 'w-*-*'],
    ['apps/v1', 'ReplicaSet', `template: ${TEMPLATE}`, 'w-*'],
    ['apps/v1', 'StatefulSet', `template: ${TEMPLATE}`, 'w-*'],
    ['apps/v1', 'DaemonSet', `template: ${TEMPLATE}`, 'w-*'],
    ['batch/v1', 'Job', `template: ${TEMPLATE}`, 'w-*'],
    ['batch/v1', 'CronJob', `jobTemplate: { spec: { template: ${TEMPLATE} } }`, 'w-*-*'],
  ])('%s %s', (apiVersion, kind, spec, flowName) => {
    const { pods } = read(
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: w }\nspec: { ${spec} }`,
    )
    expect(pods).toMatchObject([
      { name: 'w', flowName, labels: { a: 'b' }, serviceAccount: 'sa', addresses: [] },
    ])
  })
})

test('services and what is behind them', () => {
  const { services, endpointSlices } = read(`apiVersion: v1
kind: Service
metadata: { name: api, namespace: ns }
spec: { clusterIP: 10.96.0.9, selector: { app: api }, ports: [{ port: 80, targetPort: web }, { name: dns, port: 53, protocol: UDP }] }
---
apiVersion: v1
kind: Service
metadata: { name: headless, namespace: ns }
spec: { clusterIP: None }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: api-x, namespace: ns, labels: { kubernetes.io/service-name: api } }
endpoints: [{ addresses: [10.0.0.1] }, { addresses: [10.0.0.2] }]
ports: [{ port: 8080 }, { name: any, protocol: UDP }]
---
apiVersion: v1
kind: Endpoints
metadata: { name: old, namespace: ns }
subsets: [{ addresses: [{ ip: 10.0.0.3 }], ports: [{ port: 1 }] }, { addresses: [{ ip: 10.0.0.4 }] }]`)
  expect(services).toMatchObject([
    {
      name: 'api',
      selector: { app: 'api' },
      addresses: [{ text: '10.96.0.9/32' }],
      ports: [
        { name: '', protocol: 6, port: 80, target: 'web' },
        { name: 'dns', protocol: 17, port: 53, target: 53 },
      ],
    },
    { name: 'headless', selector: null, addresses: [], ports: [] },
  ])
  expect(
    endpointSlices.map(({ service, addresses, ports }) => [
      service,
      addresses.map(({ text }) => text),
      ports,
    ]),
  ).toEqual([
    [
      'api',
      ['10.0.0.1/32', '10.0.0.2/32'],
      [
        { name: '', protocol: 6, port: 8080 },
        { name: 'any', protocol: 17, port: null },
      ],
    ],
    ['old', ['10.0.0.3/32'], [{ name: '', protocol: 6, port: 1 }]],
    ['old', ['10.0.0.4/32'], []],
  ])
})

test("Calico's sets, host endpoints and profiles", () => {
  const { networkSets, hostEndpoints, profiles } = read(`apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: { name: a, namespace: ns, labels: { x: y } }
spec: { nets: [10.1.2.3/8, 192.0.2.1] }
---
apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkSet
metadata: { name: b, annotations: { projectcalico.org/metadata: '{"labels":{"x":"z"}}' } }
spec: {}
---
apiVersion: projectcalico.org/v3
kind: HostEndpoint
metadata: { name: c }
spec: { node: n1, interfaceName: eth0, expectedIPs: [10.0.0.9], profiles: [p], ports: [{ name: web, protocol: TCP, port: 80 }] }
---
apiVersion: projectcalico.org/v3
kind: Profile
metadata: { name: p }
spec: { labelsToApply: { a: b }, ingress: [{ action: Allow, source: { selector: has(x) } }] }`)
  expect(networkSets).toMatchObject([
    {
      name: 'a',
      namespace: 'ns',
      labels: { x: 'y' },
      nets: [{ text: '10.0.0.0/8' }, { text: '192.0.2.1/32' }],
    },
    { name: 'b', namespace: '', labels: { x: 'z' }, nets: [] },
  ])
  expect(hostEndpoints).toMatchObject([
    {
      name: 'c',
      node: 'n1',
      addresses: [{ text: '10.0.0.9/32' }],
      profiles: ['p'],
      ports: [{ name: 'web', protocol: 6, port: 80 }],
    },
  ])
  expect(profiles).toMatchObject([
    {
      name: 'p',
      labelsToApply: { a: 'b' },
      ingress: [{ action: 'Allow', source: { selector: { is: 'has', label: 'x' } } }],
      egress: [],
    },
  ])
})
