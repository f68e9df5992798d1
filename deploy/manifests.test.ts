/** What matters in the rendered manifests: safety of the pod, probes, ports, selectors, and settings that the gateway has. */
import { describe, expect, test } from 'vitest'
import { version } from '../package.json'
import { CASES, kustomizeRendering } from '../scripts/rendered-manifest.mjs'
import { checkExposure } from '../server/auth/exposure.ts'
import { DEFAULT_RIGHT } from '../server/auth/auth-options.ts'
import { readConfiguration } from '../server/config/configuration.ts'
import { WATCHED_KINDS } from '../server/policies/watched-kinds.ts'
import { at, find, readManifests } from './testing/manifests.ts'

interface EnvironmentVariable {
  readonly name: string
  readonly value?: string
}

interface Port {
  readonly port: number
  readonly protocol: string
}

interface Container {
  readonly name: string
  readonly image: string
  readonly env: readonly EnvironmentVariable[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly [key: string]: unknown
}

/** Who keeps files on a volume that one process may have. */
const HAS_VOLUME = new Set(['history', 'history-receiver'])
/** Who has a second port, for Goldmane's emitter. */
const RECEIVES = 'history-receiver'

/** Whose gateways ask the API server. */
const ASKS_API_SERVER = new Set(['kubernetes-auth', 'policies'])

const MEBIBYTE = 1024 ** 2
/** What Node takes beside the JavaScript heap and the ring: code, stacks, sockets, frames on their way to browsers. */
const NODE_ITSELF_BYTES = 128 * MEBIBYTE

function mebibytes(quantity: unknown): number {
  const [, amount = ''] = /^(\d+)Mi$/.exec(String(quantity)) ?? []
  return Number(amount) * MEBIBYTE
}

function read(name: string) {
  const manifests = readManifests(kustomizeRendering(name).file.replace(/^deploy\//, ''))
  const deployment = find(manifests, 'Deployment')
  const pod = at(deployment, 'spec.template.spec')
  const containers = at(pod, 'containers') as readonly Container[] // The schema was checked in schemas.test.ts.
  const gateway = containers.find((container) => container.name === 'flowtrace')
  if (gateway === undefined) throw new Error('There is no container flowtrace')
  const environment = Object.fromEntries(gateway.env.map((variable) => [variable.name, variable.value ?? '']))
  const policy = find(manifests, 'NetworkPolicy')
  return {
    manifests,
    deployment,
    pod,
    containers,
    gateway,
    environment,
    policy,
    service: find(manifests, 'Service'),
  }
}

describe.each(CASES)('%s', (name) => {
  const { manifests, deployment, pod, containers, gateway, environment, policy, service } = read(name)

  test('runs in its own namespace, under the restricted Pod Security standard', () => {
    const labels = Object(at(find(manifests, 'Namespace'), 'metadata.labels'))
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted')
    const elsewhere = manifests.filter(({ kind, metadata }) => {
      return kind !== 'Namespace' && !kind.startsWith('ClusterRole') && metadata.namespace !== 'flowtrace'
    })
    expect(elsewhere).toEqual([])
    for (const { metadata } of manifests) {
      expect(Object(metadata['labels'])['app.kubernetes.io/part-of'], metadata.name).toBe('flowtrace')
    }
  })

  test('runs as an unprivileged user, without capabilities, on a read-only root', () => {
    expect(at(pod, 'securityContext')).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
      ...(HAS_VOLUME.has(name) ? { fsGroupChangePolicy: 'OnRootMismatch' } : {}),
    })
    for (const container of containers) {
      expect(container['securityContext'], container.name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
    const volumes = at(pod, 'volumes') as readonly Record<string, unknown>[]
    for (const volume of volumes) {
      const isDisk = 'persistentVolumeClaim' in volume && HAS_VOLUME.has(name)
      expect(
        isDisk || Object.keys(volume).some((kind) => ['configMap', 'secret', 'emptyDir'].includes(kind)),
      ).toBe(true)
      if ('emptyDir' in volume) expect(at(volume, 'emptyDir.sizeLimit')).toBeDefined()
      // Readable by the group of the pod alone.
      if ('secret' in volume) expect(at(volume, 'secret.defaultMode')).toBe(0o440)
    }
  })

  test('has a token of its service account only to review those of others, or to read policies', () => {
    expect(at(pod, 'automountServiceAccountToken')).toBe(ASKS_API_SERVER.has(name))
    expect(at(find(manifests, 'ServiceAccount'), 'automountServiceAccountToken')).toBe(false)
    expect(manifests.some(({ kind }) => kind.startsWith('ClusterRole'))).toBe(ASKS_API_SERVER.has(name))
  })

  test('keeps the variables of Services out, whose names are those of settings', () => {
    expect(at(pod, 'enableServiceLinks')).toBe(false)
  })

  test('is probed on the port of its own, and not for Goldmane', () => {
    const port = gateway.ports.find((one) => one.name === 'metrics')?.containerPort
    expect(environment['FLOWTRACE_METRICS_LISTEN']).toBe(`0.0.0.0:${port}`)
    for (const probe of ['startupProbe', 'livenessProbe']) {
      expect(at(gateway, `${probe}.httpGet`)).toEqual({ path: '/healthz', port: 'metrics' })
    }
    expect(at(gateway, 'readinessProbe.httpGet')).toEqual({ path: '/readyz', port: 'metrics' })
  })

  test('has a limit of memory above what it may take', () => {
    const heap = Number(/--max-old-space-size=(\d+)/.exec(environment['NODE_OPTIONS'] ?? '')?.[1]) * MEBIBYTE
    const { values } = readConfiguration({}, environment)
    const limit = mebibytes(at(gateway, 'resources.limits.memory'))
    expect(limit).toBeGreaterThanOrEqual(heap + values.memory + NODE_ITSELF_BYTES)
    expect(mebibytes(at(gateway, 'resources.requests.memory'))).toBeGreaterThan(0)
    for (const container of containers)
      expect(at(container, 'resources.limits.memory'), container.name).toBeDefined()
  })

  test('survives a drain: replicas are spread, and one may leave', () => {
    const selector = { matchLabels: { 'app.kubernetes.io/name': 'flowtrace' } }
    expect(at(deployment, 'spec.replicas')).toBe(name === 'gateway-api' || HAS_VOLUME.has(name) ? 1 : 2)
    expect(at(find(manifests, 'PodDisruptionBudget'), 'spec')).toEqual({ maxUnavailable: 1, selector })
    expect(at(pod, 'topologySpreadConstraints.0')).toMatchObject({ topologyKey: 'kubernetes.io/hostname' })
    expect(at(pod, 'topologySpreadConstraints.0.labelSelector')).toEqual(selector)
  })

  test('has selectors that match the labels of its pods', () => {
    const labels = at(deployment, 'spec.template.metadata.labels')
    const selectors = [
      at(deployment, 'spec.selector.matchLabels'),
      at(service, 'spec.selector'),
      at(policy, 'spec.podSelector.matchLabels'),
    ]
    for (const selector of selectors) {
      expect(Object.keys(Object(selector)).length).toBeGreaterThan(0)
      expect(labels).toMatchObject(Object(selector))
    }
  })

  test('is reached on the port of the Service alone', () => {
    const [port] = at(service, 'spec.ports') as readonly { readonly targetPort: string }[]
    const target = containers.flatMap(({ ports }) => ports).find((one) => one.name === port?.targetPort)
    expect(at(policy, 'spec.ingress')).toEqual([
      { ports: [{ protocol: 'TCP', port: target?.containerPort }] },
      ...(name === RECEIVES ? [expect.objectContaining({ ports: [{ protocol: 'TCP', port: 9443 }] })] : []),
    ])
    expect(at(policy, 'spec.policyTypes')).toEqual(['Ingress', 'Egress'])
  })

  test('reaches Goldmane and the DNS, and what its login and its policies need', () => {
    const egress = at(policy, 'spec.egress') as readonly {
      readonly to?: unknown
      readonly ports: readonly Port[]
    }[]
    const goldmane = egress.find(({ ports }) => ports.some(({ port }) => port === 7443))
    expect(goldmane?.to).toEqual([
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'calico-system' } },
        podSelector: { matchLabels: { 'k8s-app': 'goldmane' } },
      },
    ])
    const ports = egress.flatMap((rule) => rule.ports.map(({ port, protocol }) => `${protocol} ${port}`))
    const login = name === 'oauth2-proxy' ? ['TCP 443'] : []
    const anywhere = ASKS_API_SERVER.has(name) ? ['TCP 443', 'TCP 6443'] : login
    const history = name === 'history-clickhouse' ? ['TCP 8443'] : []
    const dns = ['UDP 53', 'TCP 53', 'UDP 5353', 'TCP 5353']
    expect(ports).toEqual(['TCP 7443', ...dns, ...anywhere, ...history])
    // An open destination is for the login and the API server alone.
    expect(egress.filter(({ to }) => to === undefined)).toHaveLength(anywhere.length > 0 ? 1 : 0)
  })

  test('has settings that the gateway knows and accepts', () => {
    const { unknownVariables, source, values } = readConfiguration({}, environment)
    expect(unknownVariables).toEqual([])
    expect(source).toMatchObject({ kind: 'goldmane' })
    const ports = gateway.ports.map(({ containerPort }) => containerPort)
    expect(ports).toContain(values.port)
    const exposure = { host: values.host, mode: values.auth, allowedHosts: values['allow-host'] }
    expect(checkExposure({ ...exposure, allowsAnyone: false, allowsAnyHost: false })).toBeNull()
  })

  test('reads files only where something is mounted', () => {
    const mounts = gateway['volumeMounts'] as readonly { readonly mountPath: string; readonly name: string }[]
    const files = Object.values(environment).filter((value) => value.startsWith('/etc/'))
    expect(files.filter((file) => !mounts.some(({ mountPath }) => file.startsWith(`${mountPath}/`)))).toEqual(
      [],
    )
    const volumes = at(pod, 'volumes') as readonly { readonly name: string }[]
    expect(mounts.map((mount) => mount.name).toSorted()).toEqual(
      volumes.map((volume) => volume.name).toSorted(),
    )
  })

  test('has a login, whose secret is in no manifest', () => {
    expect(environment['FLOWTRACE_AUTH']).toBe(
      { 'kubernetes-auth': 'kubernetes', 'oauth2-proxy': 'proxy' }[name] ?? 'token',
    )
    expect(manifests.map(({ kind }) => kind)).not.toContain('Secret')
  })

  test('runs the image of this version', () => {
    expect(gateway.image).toBe(`flowtrace:${version}`)
  })
})

test('a NodePort is 30082, keeps the address of the client, and is encrypted', () => {
  const { service, environment } = read('nodeport')
  expect(at(service, 'spec.type')).toBe('NodePort')
  expect(at(service, 'spec.externalTrafficPolicy')).toBe('Local')
  expect(at(service, 'spec.ports.0.nodePort')).toBe(30082)
  expect(environment['FLOWTRACE_TLS_SELF_SIGNED']).toBe('true')
})

test.each(CASES.filter((name) => name !== 'nodeport'))(
  '%s is reached from inside of the cluster alone',
  (name) => {
    expect(at(read(name).service, 'spec.type')).toBe('ClusterIP')
  },
)

test.each(CASES.filter((name) => name !== 'oauth2-proxy'))(
  'a browser stays at the replica of its session: %s',
  (name) => {
    expect(at(read(name).service, 'spec.sessionAffinity')).toBe('ClientIP')
  },
)

test('behind oauth2-proxy the gateway is on the loopback, believes it alone, and streams are flushed', () => {
  const { environment, containers } = read('oauth2-proxy')
  expect(environment['FLOWTRACE_LISTEN_HOST']).toBe('127.0.0.1')
  expect(environment['FLOWTRACE_TRUSTED_PROXY']).toBe('127.0.0.1')
  const args = at(
    containers.find(({ name }) => name === 'oauth2-proxy'),
    'args',
  )
  expect(args).toContain(`--upstream=http://127.0.0.1:${environment['FLOWTRACE_LISTEN_PORT']}`)
  expect(args).toContain('--flush-interval=100ms')
  expect(args).toContain('--pass-user-headers=true')
})

test('the service account may review tokens and list namespaces, and the viewer role opens a namespace', () => {
  const { manifests } = read('kubernetes-auth')
  const subject = [{ kind: 'ServiceAccount', name: 'flowtrace', namespace: 'flowtrace' }]
  expect(find(manifests, 'ClusterRoleBinding', 'flowtrace-auth-delegator')).toMatchObject({
    roleRef: { kind: 'ClusterRole', name: 'system:auth-delegator' },
    subjects: subject,
  })
  expect(find(manifests, 'ClusterRoleBinding', 'flowtrace-namespaces')).toMatchObject({ subjects: subject })
  const namespaces = find(manifests, 'ClusterRole', 'flowtrace-namespaces')
  expect(namespaces['rules']).toEqual([{ apiGroups: [''], resources: ['namespaces'], verbs: ['list'] }])
  const { verb, group, resource } = DEFAULT_RIGHT
  const viewer = find(manifests, 'ClusterRole', 'flowtrace-viewer')
  expect(viewer['rules']).toEqual([{ apiGroups: [group], resources: [resource], verbs: [verb] }])
})

test('the service account may read the kinds that are watched, and nothing else', () => {
  const { manifests, environment } = read('policies')
  expect(readConfiguration({}, environment).source).toMatchObject({ clusters: [{ policies: 'kubernetes' }] })
  expect(find(manifests, 'ClusterRoleBinding', 'flowtrace-policies')).toMatchObject({
    roleRef: { kind: 'ClusterRole', name: 'flowtrace-policies' },
    subjects: [{ kind: 'ServiceAccount', name: 'flowtrace', namespace: 'flowtrace' }],
  })
  const rules = find(manifests, 'ClusterRole', 'flowtrace-policies')['rules'] as readonly {
    readonly apiGroups: readonly string[]
    readonly resources: readonly string[]
    readonly verbs: readonly string[]
  }[]
  const granted = rules.flatMap(({ apiGroups, resources, verbs }) => {
    expect(verbs.filter((verb) => verb !== 'get')).toEqual(['list', 'watch'])
    expect(verbs.includes('get')).toBe(resources.includes('tiers'))
    return apiGroups.flatMap((group) => resources.map((resource) => `${group}/${resource}`))
  })
  const watched = WATCHED_KINDS.flatMap(({ groups, resource }) =>
    groups.map(({ group }) => `${group}/${resource}`),
  )
  // Rights by which Calico's API server decides which tiers' policies it shows.
  const tiered = granted.filter((each) => each.startsWith('projectcalico.org/tier.'))
  expect(tiered).toHaveLength(4)
  expect(granted.toSorted()).toEqual([...watched, ...tiered].toSorted())
})

test('an Ingress and a route lead to the Service, by names that the gateway answers to', () => {
  const ingress = read('ingress')
  expect(at(find(ingress.manifests, 'Ingress'), 'spec.rules.0.http.paths.0.backend.service')).toEqual({
    name: 'flowtrace',
    port: { name: 'http' },
  })
  const host = at(find(ingress.manifests, 'Ingress'), 'spec.rules.0.host')
  expect(ingress.environment['FLOWTRACE_ALLOW_HOST']).toBe(host)
  const { manifests, environment } = read('gateway-api')
  const route = find(manifests, 'HTTPRoute')
  expect(at(route, 'spec.rules.0.backendRefs')).toEqual([{ name: 'flowtrace', port: 8081 }])
  expect(at(route, 'spec.rules.0.timeouts')).toEqual({ request: '0s', backendRequest: '0s' })
  expect(environment['FLOWTRACE_ALLOW_HOST']).toBe(at(route, 'spec.hostnames.0'))
})

describe('the Calico policies', () => {
  const manifests = readManifests('calico/flowtrace.yaml')
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')

  test('stand in a tier before those of Calico, which passes on what they do not allow', () => {
    expect(at(find(manifests, 'Tier', 'custom-allow'), 'spec')).toEqual({ order: 50, defaultAction: 'Pass' })
    expect(policies).toHaveLength(2)
    for (const { metadata, ...policy } of policies) {
      expect(metadata.name).toMatch(/^custom-allow\./)
      expect(at(policy, 'spec.tier')).toBe('custom-allow')
      for (const direction of at(policy, 'spec.types') as readonly string[]) {
        const rules = at(policy, `spec.${direction.toLowerCase()}`) as readonly { readonly action: string }[]
        expect(rules.at(-1)).toEqual({ action: 'Pass' })
        expect(rules.slice(0, -1).every(({ action }) => action === 'Allow')).toBe(true)
      }
    }
  })

  test('allow both ends of the connection to Goldmane, and the ports of the pod', () => {
    const own = policies.find(({ metadata }) => metadata.namespace === 'flowtrace')
    const goldmane = policies.find(({ metadata }) => metadata.namespace === 'calico-system')
    expect(at(own, 'spec.ingress.0.destination.ports')).toEqual([8081, 4180])
    expect(at(own, 'spec.egress.0.destination')).toMatchObject({
      selector: "k8s-app == 'goldmane'",
      ports: [7443],
    })
    expect(at(goldmane, 'spec.ingress.0.destination.ports')).toEqual([7443])
    expect(at(goldmane, 'spec.ingress.0.source')).toMatchObject({
      selector: "app.kubernetes.io/name == 'flowtrace'",
    })
  })
})
