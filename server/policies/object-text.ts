/** An object of the API as it is served: YAML of what decides over traffic, and nothing else of it. */
import { isObject } from '../../src/lib/is-object.ts'
import { printYaml } from './print-yaml.ts'
import type { ServedResource, WatchedKind } from './watched-kinds.ts'

type Members = Readonly<Record<string, unknown>>

/** What is read of an object's metadata. */
export interface ObjectHead {
  /** Empty for a cluster-scoped object. */
  readonly namespace: string
  readonly name: string
  /** Unix seconds; null where the object does not say. */
  readonly createdAt: number | null
  /** When it took its present form, as far as the object itself says: Unix seconds, else null. */
  readonly changedAt: number | null
}

/** Calico keeps the metadata of the v3 form of a stored object in it. */
const STORED_METADATA = 'projectcalico.org/metadata'

/** Null for what is no object of the API. */
export function headOf(object: unknown, { hasLabelsThatCount }: WatchedKind): ObjectHead | null {
  const metadata = membersOf(membersOf(object)['metadata'])
  const { name, namespace, generation } = metadata
  if (typeof name !== 'string' || name === '') return null
  const createdAt = secondsOf(metadata['creationTimestamp'])
  const isAsCreated = generation === 1 && !hasLabelsThatCount
  return {
    name,
    namespace: typeof namespace === 'string' ? namespace : '',
    createdAt,
    changedAt: lastManagedChange(metadata) ?? (isAsCreated ? createdAt : null),
  }
}

/**
 * The object's YAML. Left out are its status, who manages its fields, identifiers, versions, and annotations, among them
 * kubectl's copy of the whole object: none of it decides anything, and nobody has allowed the gateway to show it.
 */
export function textOf(object: unknown, { kind }: WatchedKind, { group, version }: ServedResource): string {
  const members = membersOf(object)
  const metadata = membersOf(members['metadata'])
  const { name, namespace, labels } = metadata
  const stored = membersOf(metadata['annotations'])[STORED_METADATA]
  return printYaml({
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(isObject(labels) ? { labels } : {}),
      ...(typeof stored === 'string' ? { annotations: { [STORED_METADATA]: storedMetadata(stored) } } : {}),
    },
    ...(members['spec'] === undefined || kind === 'Namespace' ? {} : { spec: members['spec'] }),
  })
}

/** The name and labels of the v3 form, as JSON. */
function storedMetadata(text: string): string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return '{}'
  }
  const { name, namespace, labels } = membersOf(value)
  return JSON.stringify({ name, namespace, labels })
}

/** The newest time at which somebody changed what they manage, the status left out. */
function lastManagedChange(metadata: Members): number | null {
  const entries: unknown = metadata['managedFields']
  if (!Array.isArray(entries)) return null
  const times = entries
    .map(membersOf)
    .filter(({ subresource }) => subresource === undefined || subresource === '')
    .map(({ time }) => secondsOf(time))
    .filter((time) => time !== null)
  return times.length === 0 ? null : Math.max(...times)
}

function secondsOf(time: unknown): number | null {
  const milliseconds = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(milliseconds) ? null : milliseconds / 1000
}

function membersOf(value: unknown): Members {
  return isObject(value) && !Array.isArray(value) ? value : {}
}
