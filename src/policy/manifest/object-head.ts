/** What every object has: its kind, its name, its labels. */
import { isObject } from '../../lib/is-object.ts'
import type { Subject } from './fault-list.ts'
import type { SelectorCache } from './selector-cache.ts'
import { labelsAt, type MapNode, mapAt, textAt } from './yaml-tree.ts'

/** An object whose reading has begun. */
export interface ObjectHead {
  readonly node: MapNode
  readonly subject: Subject
  readonly cache: SelectorCache
  /** `crd.projectcalico.org`, for the form in which Calico's API server stores its objects. */
  readonly group: string
  readonly kind: string
  readonly name: string
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
}

/** Where Calico keeps the metadata of an object whose CRD has no room for them. */
const STORED_METADATA = 'projectcalico.org/metadata'

const POLICIES_WITH_TIERS = new Set([
  'NetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
])

/**
 * The object's name. The stored form of a policy has that of its v3 form in an annotation; without it, older versions
 * have put `default.` in front (libcalico-go/lib/backend/k8s/resources/resources.go).
 */
export function nameOf(node: MapNode, group: string, kind: string): string {
  const metadata = mapAt(node, 'metadata')
  const name = textAt(metadata, 'name')
  if (name === '') return wildcardName(textAt(metadata, 'generateName'))
  if (group !== 'crd.projectcalico.org' || !POLICIES_WITH_TIERS.has(kind)) return name
  const stored = storedMetadata(node)?.['name']
  if (typeof stored === 'string' && stored !== '') return stored
  const tier = textAt(mapAt(node, 'spec'), 'tier')
  const hasStoredMetadata = STORED_METADATA in labelsAt(metadata, 'annotations')
  return hasStoredMetadata && (tier === '' || tier === 'default') ? name.replace(/^default\./, '') : name
}

/** What flows call pods whose names the API server makes of this. */
export function wildcardName(generateName: string): string {
  return generateName === '' ? '' : `${generateName}*`
}

/** The object's labels; of the stored form those in its annotation too, which come last. */
export function objectLabels(node: MapNode, group: string): Readonly<Record<string, string>> {
  const labels = labelsAt(mapAt(node, 'metadata'), 'labels')
  const stored = group === 'crd.projectcalico.org' ? storedMetadata(node)?.['labels'] : undefined
  if (!isObject(stored)) return labels
  const texts = Object.entries(stored).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return { ...labels, ...Object.fromEntries(texts) }
}

function storedMetadata(node: MapNode): Readonly<Record<string, unknown>> | null {
  const stored = labelsAt(mapAt(node, 'metadata'), 'annotations')[STORED_METADATA]
  if (stored === undefined) return null
  try {
    const value: unknown = JSON.parse(stored)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
