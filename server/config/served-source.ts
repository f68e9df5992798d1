/** Where the flows that are served come from, chosen from flags, variables and the file. */
import { basename } from 'node:path'
import { DEFAULT_DEMO_STEP, type DemoStep } from '../../src/demo/demo-step.ts'
import { unreachable } from '../../src/lib/assert.ts'
import { hostNameOf, isLoopback } from '../lib/host-name.ts'
import { UsageError } from '../lib/usage-error.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import type { Layer } from './layers.ts'
import type { SettingName, SettingValues } from './settings.ts'

export interface ClusterSettings {
  /** A DNS label, which stands in the address of the page. */
  readonly name: string
  /** For the screen: the name, or the host of a Goldmane that was given without one. */
  readonly title: string
  readonly upstream: UpstreamOptions
  /** Bytes: the most that Goldmane's last hour may take. */
  readonly memory: number
  /** `kubernetes`, a path, or null. */
  readonly policies: string | null
  /** Whether it is recorded, where there is a history. */
  readonly history: boolean
}

export type ServedSource =
  | { readonly kind: 'demo'; readonly step: DemoStep; readonly memory: number }
  | { readonly kind: 'goldmane'; readonly clusters: readonly [ClusterSettings, ...ClusterSettings[]] }
  | { readonly kind: 'capture'; readonly path: string; readonly name: string }
  /** The Goldmane of a context of the user's kubectl; null for the current one. */
  | {
      readonly kind: 'kubectl'
      readonly context: string | null
      readonly namespace: string
      readonly memory: number
    }

const DEFAULT_CLUSTER_NAME = 'goldmane'
const SOURCES = ['demo', 'goldmane', 'capture', 'kubectl', 'clusters'] as const
const OF_GOLDMANE = ['name', 'ca', 'cert', 'key', 'server-name'] as const

/**
 * The source of the first layer that names one, so that `--demo` goes before the clusters of a file; the demo when none
 * does. Throws {@link UsageError} for a layer that names two, and for certificates without a Goldmane.
 */
export function chooseSource(values: SettingValues, layers: readonly Layer[]): ServedSource {
  const chosen = firstSource(layers)
  const label = labelOf(layers)
  if (chosen !== 'goldmane') {
    const left = OF_GOLDMANE.find((name) => values[name] !== null)
    if (left !== undefined) throw new UsageError(`${label(left)} is of use only with --goldmane`)
  }
  if (chosen !== 'kubectl') {
    const left = (['context', 'namespace'] as const).find((name) => layers.some((layer) => layer.get(name)))
    if (left !== undefined) throw new UsageError(`${label(left)} is of use only with --kubectl`)
  }
  switch (chosen) {
    case 'demo':
      return {
        kind: 'demo',
        step: typeof values.demo === 'string' ? values.demo : DEFAULT_DEMO_STEP,
        memory: values.memory,
      }
    case 'kubectl': {
      const { context, namespace, memory } = values
      return { kind: 'kubectl', context, namespace, memory }
    }
    case 'capture': {
      const path = values.capture ?? ''
      return { kind: 'capture', path, name: basename(path) }
    }
    case 'goldmane': {
      const { name, goldmane, ca, cert, key } = values
      const url = goldmane ?? ''
      const upstream = upstreamOf({ url, ca, cert, key, serverName: values['server-name'] }, '', FLAGS)
      const title = name ?? new URL(url).host
      return {
        kind: 'goldmane',
        clusters: [
          {
            name: name ?? DEFAULT_CLUSTER_NAME,
            title,
            upstream,
            memory: values.memory,
            policies: values.policies,
            history: true,
          },
        ],
      }
    }
    case 'clusters':
      // Those of one cluster would else explain the flows of another.
      if (values.policies !== null)
        throw new UsageError(`${label('policies')} stands with each of the clusters`)
      return { kind: 'goldmane', clusters: clustersOf(values, label) }
    default:
      return unreachable(chosen, 'source')
  }
}

function firstSource(layers: readonly Layer[]): (typeof SOURCES)[number] {
  for (const layer of layers) {
    const named = SOURCES.filter((name) => {
      const value = layer.get(name)
      return value !== undefined && value.value !== false
    })
    const [first, second] = named.map((name) => layer.get(name)?.label)
    if (second !== undefined) throw new UsageError(`${first} and ${second} exclude each other`)
    if (named[0] !== undefined) return named[0]
  }
  return 'demo'
}

type LabelOf = (name: SettingName) => string

function labelOf(layers: readonly Layer[]): LabelOf {
  return (name) =>
    layers.map((layer) => layer.get(name)?.label).find((label) => label !== undefined) ?? `--${name}`
}

function clustersOf(values: SettingValues, label: LabelOf): readonly [ClusterSettings, ...ClusterSettings[]] {
  const [first, ...rest] = (values.clusters ?? []).map((cluster): ClusterSettings => {
    const { name, goldmane: url, ca = null, cert = null, key = null, serverName = null } = cluster
    return {
      name,
      title: name,
      upstream: upstreamOf({ url, ca, cert, key, serverName }, `${label('clusters')}: ${name}: `, FILE_NAMES),
      memory: cluster.memory ?? values.memory,
      policies: cluster.policies ?? null,
      history: cluster.history ?? true,
    }
  })
  if (first === undefined) throw new UsageError(`${label('clusters')} wants at least one cluster`)
  return [first, ...rest]
}

interface GoldmaneAddress {
  readonly url: string
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly serverName: string | null
}

const FLAGS = {
  goldmane: '--goldmane',
  ca: '--ca',
  cert: '--cert',
  key: '--key',
  serverName: '--server-name',
}
const FILE_NAMES = { goldmane: 'goldmane', ca: 'ca', cert: 'cert', key: 'key', serverName: 'serverName' }

/** Throws {@link UsageError} for http:// beyond the loopback, and for a certificate without its key. */
function upstreamOf(address: GoldmaneAddress, place: string, names: typeof FLAGS): UpstreamOptions {
  const { url, ca, cert, key, serverName } = address
  if ((cert === null) !== (key === null)) {
    throw new UsageError(`${place}${names.cert} and ${names.key} go together`)
  }
  const { protocol, host } = new URL(url)
  if (protocol === 'http:') {
    if (!isLoopback(hostNameOf(host) ?? '')) {
      throw new UsageError(`${place}${names.goldmane} over http:// is for the loopback only: use https://`)
    }
    if ((ca ?? cert ?? serverName) !== null) {
      const { ca: first, cert: second, key: third, serverName: last } = names
      throw new UsageError(
        `${place}${first}, ${second}, ${third} and ${last} need ${names.goldmane} https://…`,
      )
    }
    return { url }
  }
  return {
    url,
    tls: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(serverName === null ? {} : { serverName }),
    },
  }
}
