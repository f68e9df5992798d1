/**
 * The history in the manifests: the volume of the embedded engine, and ClickHouse with the gateway before it. No package
 * carries the schemas of Altinity's resources; an API server with the operator's own has accepted them (docs/cluster.md).
 */
import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../server/config/configuration.ts'
import { parseClickHouseUrl } from '../server/history/clickhouse/clickhouse-address.ts'
import { grantsOf, READER_PROFILE } from '../server/history/clickhouse/clickhouse-users.ts'
import { SALVAGE_MEMORY } from '../server/history/duckdb/salvage/stage-day.ts'
import { at, find, readDeployFile, readManifests, type Manifest } from './testing/manifests.ts'

const escaped = (text: string) => text.replaceAll(/[.*()]/g, String.raw`\$&`)

const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, Mi: 2 ** 20, Gi: 2 ** 30 }

function bytesOf(size: unknown): number {
  const [, amount = '', unit = ''] = /^(\d+)([A-Z][A-Za-z])$/.exec(String(size)) ?? []
  return Number(amount) * (UNITS[unit] ?? Number.NaN)
}

interface Variable {
  readonly name: string
  readonly value: string
}

function gatewayOf(file: string) {
  const manifests = readManifests(file)
  const deployment = find(manifests, 'Deployment')
  const container = at(deployment, 'spec.template.spec.containers.0')
  const variables = at(container, 'env') as readonly Variable[] // The schema was checked in schemas.test.ts.
  const environment = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  return { manifests, deployment, container, environment }
}

describe('on a volume', () => {
  const { manifests, deployment, container, environment } = gatewayOf('flowtrace-history.yaml')
  const claim = find(manifests, 'PersistentVolumeClaim', 'flowtrace-history')

  test('one process has the files, before the next one starts', () => {
    expect(at(deployment, 'spec.replicas')).toBe(1)
    expect(at(deployment, 'spec.strategy')).toEqual({ type: 'Recreate' })
    expect(at(claim, 'spec.accessModes')).toEqual(['ReadWriteOnce'])
  })

  test('what is written is on the volume, which is not read-only', () => {
    const volumes = at(deployment, 'spec.template.spec.volumes') as readonly unknown[]
    expect(volumes).toContainEqual({
      name: 'history',
      persistentVolumeClaim: { claimName: claim.metadata.name },
    })
    expect(at(container, 'volumeMounts')).toContainEqual({ name: 'history', mountPath: '/var/lib/flowtrace' })
    // Below the root of the volume, where some file systems have a folder of root's.
    expect(environment['FLOWTRACE_HISTORY']).toBe('/var/lib/flowtrace/history')
  })

  test('a fifth of the volume stays free', () => {
    const volume = bytesOf(at(claim, 'spec.resources.requests.storage'))
    const most = bytesOf(environment['FLOWTRACE_HISTORY_MAX_SIZE'])
    expect(most / volume).toBeGreaterThan(0.6)
    expect(most / volume).toBeLessThanOrEqual(0.8)
  })

  test('the memory of the engine is in the request and in the limit', () => {
    const engine = bytesOf(environment['FLOWTRACE_HISTORY_MEMORY'])
    const ring = readConfiguration({}, environment).values.memory
    const heap = Number(/--max-old-space-size=(\d+)/.exec(environment['NODE_OPTIONS'] ?? '')?.[1]) * 2 ** 20
    const node = 128 * 2 ** 20
    // The heap and Goldmane's hour are seldom full; the engine fills its cache.
    expect(bytesOf(at(container, 'resources.requests.memory'))).toBeGreaterThanOrEqual(
      engine + bytesOf('256Mi'),
    )
    expect(bytesOf(at(container, 'resources.limits.memory'))).toBeGreaterThanOrEqual(
      engine + SALVAGE_MEMORY + ring + heap + node,
    )
  })
})

describe('in ClickHouse', () => {
  const rightsOf = (user: string) => JSON.stringify(users[`${user}/grants/query`])
  const gateway = gatewayOf('flowtrace-history-clickhouse.yaml')
  const manifests = readManifests('clickhouse.yaml')
  const clickhouse = find(manifests, 'ClickHouseInstallation')
  const keeper = find(manifests, 'ClickHouseKeeperInstallation')
  const namespace = find(manifests, 'Namespace', 'flowtrace-clickhouse').metadata.name
  const users = Object(at(clickhouse, 'spec.configuration.users'))
  const profiles = Object(at(clickhouse, 'spec.configuration.profiles'))
  const url = new URL(gateway.environment['FLOWTRACE_HISTORY'] ?? '')

  test('the address is that of the Service, its port the encrypted one', () => {
    const service = at(clickhouse, 'spec.templates.serviceTemplates.0')
    const host = String(at(service, 'generateName')).replace('{chi}', clickhouse.metadata.name)
    expect(url.host).toBe(`${host}.${namespace}.svc:8443`)
    expect(at(service, 'spec.ports')).toEqual([{ name: 'https', port: 8443 }])
    expect(at(clickhouse, 'spec.configuration.settings.https_port')).toBe(8443)
  })

  test('the address is one that the gateway reads', () => {
    expect(parseClickHouseUrl(url.href)).toEqual({
      url: 'https://clickhouse-flowtrace.flowtrace-clickhouse.svc:8443',
      user: 'flowtrace',
      database: 'flowtrace',
      cluster: 'flowtrace',
      replicated: true,
    })
  })

  test('the cluster and the user are there, with the database that the user may have', () => {
    expect(url.searchParams.get('cluster')).toBe(at(clickhouse, 'spec.configuration.clusters.0.name'))
    expect(Object.keys(users)).toContain(`${url.username}/password_sha256_hex`)
    const grants = JSON.stringify(users[`${url.username}/grants/query`])
    expect(grants).toContain(`ON ${url.pathname.slice(1)}.*`)
  })

  test('two shards of two replicas, which three keepers keep alike', () => {
    expect(at(clickhouse, 'spec.configuration.clusters.0.layout')).toEqual({
      shardsCount: 2,
      replicasCount: 2,
    })
    expect(at(keeper, 'spec.configuration.clusters.0.layout.replicasCount')).toBe(3)
    expect(at(clickhouse, 'spec.configuration.zookeeper.nodes')).toEqual([
      { host: `keeper-${keeper.metadata.name}`, port: 2181 },
    ])
  })

  test('no user has a password in the manifest, and none may do everything', () => {
    const names = new Set(Object.keys(users).map((setting) => setting.split('/')[0]))
    for (const name of names) {
      expect(at(users[`${name}/password_sha256_hex`], 'valueFrom.secretKeyRef.name')).toBe(
        'flowtrace-clickhouse',
      )
      expect(JSON.stringify(users[`${name}/grants/query`])).not.toMatch(/ALL|DROP|ACCESS MANAGEMENT/)
      expect(profiles).toHaveProperty([`${users[`${name}/profile`]}/max_execution_time`])
    }
  })

  test('the users have the rights and the limits that are printed for them', () => {
    const { writer, reader } = grantsOf({ database: 'flowtrace', cluster: 'flowtrace' })
    for (const [user, rights] of [
      ['flowtrace', writer],
      ['flowtrace_reader', reader],
    ] as const)
      for (const right of rights) {
        const [, what = '', where = ''] = /^(.+) ON (.+)$/.exec(right.replaceAll('`', '')) ?? []
        const covers = where.startsWith('system.') ? 'system.*' : where
        expect(rightsOf(user)).toMatch(new RegExp(`${escaped(what)}[^"]* ON ${escaped(covers)}`))
      }
    expect(rightsOf('flowtrace')).not.toMatch(/SELECT[^"(]* ON flowtrace\.(\*|flows)/)
    for (const [name, { value, max }] of Object.entries(READER_PROFILE)) {
      expect(profiles[`flowtrace_reader/${name}`]).toBe(value)
      expect(profiles[`flowtrace_reader/constraints/${name}/max`] ?? null).toBe(max)
    }
    expect(gateway.environment['FLOWTRACE_HISTORY_READER']).toBe('flowtrace_reader')
  })

  test('who reads cannot write, and is limited in time, memory and rows', () => {
    expect(profiles['flowtrace_reader/readonly']).toBe(2)
    expect(JSON.stringify(users['flowtrace_reader/grants/query'])).not.toMatch(
      /INSERT|ALTER|CREATE (?!TEMPORARY)/,
    )
    for (const limit of ['max_execution_time', 'max_memory_usage', 'max_rows_to_read']) {
      const most = Number(profiles[`flowtrace_reader/constraints/${limit}/max`])
      expect(Number(profiles[`flowtrace_reader/${limit}`])).toBeLessThanOrEqual(most)
    }
  })

  test('a query fits into the memory of the pod', () => {
    const container = at(clickhouse, 'spec.templates.podTemplates.0.spec.containers.0')
    const limit = bytesOf(at(container, 'resources.limits.memory'))
    expect(at(container, 'resources.requests.memory')).toBe(at(container, 'resources.limits.memory'))
    expect(Number(profiles['flowtrace_reader/constraints/max_memory_usage/max'])).toBeLessThan(limit * 0.8)
  })

  test.each([
    ['ClickHouseInstallation', clickhouse],
    ['ClickHouseKeeperInstallation', keeper],
  ])('%s: templates are there, pods are unprivileged, volumes stay', (_kind, manifest: Manifest) => {
    const templates = Object(at(manifest, 'spec.templates'))
    const known = new Set(
      Object.values<readonly { readonly name: string }[]>(templates).flatMap((list) =>
        list.map(({ name }) => name),
      ),
    )
    const used = Object.values<string>(Object(at(manifest, 'spec.defaults.templates')))
    expect(used.filter((name) => !known.has(name))).toEqual([])
    const pod = at(manifest, 'spec.templates.podTemplates.0.spec')
    expect(at(pod, 'securityContext')).toMatchObject({ runAsNonRoot: true, runAsUser: 101, fsGroup: 101 })
    expect(at(pod, 'containers.0.securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    })
    expect(at(pod, 'automountServiceAccountToken')).toBe(false)
    expect(at(manifest, 'spec.templates.volumeClaimTemplates.0.reclaimPolicy')).toBe('Retain')
  })

  test('the certificate is where the configuration looks for it', () => {
    const files = Object(at(clickhouse, 'spec.configuration.files'))
    const named = [
      ...String(files['config.d/https.xml']).matchAll(/secrets\.d\/([\w.]+)\/([\w-]+)\/([\w.]+)</g),
    ]
    expect(named).toHaveLength(2)
    for (const [, file = '', secret, key] of named)
      expect(at(files[file], 'valueFrom.secretKeyRef')).toEqual({ name: secret, key })
  })

  test('gateways reach the encrypted port alone, by both policies', () => {
    const policy = find(manifests, 'NetworkPolicy', 'clickhouse')
    const selector = at(policy, 'spec.podSelector')
    const gateways = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'flowtrace' } },
      podSelector: { matchLabels: { 'app.kubernetes.io/name': 'flowtrace' } },
    }
    const rules = at(policy, 'spec.ingress') as readonly { readonly from: readonly unknown[] }[]
    expect(rules[0]).toEqual({ from: [gateways], ports: [{ protocol: 'TCP', port: 8443 }] })
    const egress = at(find(gateway.manifests, 'NetworkPolicy'), 'spec.egress')
    expect(egress).toContainEqual({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          podSelector: selector,
        },
      ],
      ports: [{ protocol: 'TCP', port: 8443 }],
    })
    // Nobody reaches the servers or the keepers without a rule that names them.
    expect(rules.every(({ from }) => from.length > 0)).toBe(true)
    expect(at(find(manifests, 'NetworkPolicy', 'keeper'), 'spec.podSelector')).toEqual({
      matchLabels: { 'clickhouse-keeper.altinity.com/chk': keeper.metadata.name },
    })
  })

  test('the Secrets are those that the set-up makes', () => {
    const script = readDeployFile('setup/setup.sh')
    expect(script).toContain(`\nCLICKHOUSE_NAMESPACE=${namespace}\n`)
    expect(script).toContain(`\nCLICKHOUSE_SERVICE=${url.hostname.split('.')[0]}\n`)
    const volumes = at(gateway.deployment, 'spec.template.spec.volumes') as readonly unknown[]
    const secret = volumes
      .map((volume) => at(volume, 'secret.secretName'))
      .find((name) => name === 'flowtrace-history')
    expect(script).toContain(`\nHISTORY_SECRET=${String(secret)}\n`)
  })
})
