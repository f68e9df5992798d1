/**
 * What of a cluster's policies concerns a viewer of some namespaces: what is in them, their own Namespace objects, the tiers,
 * global network sets, which rules of theirs may name, and the global policies that may select something in them, judged by
 * the labels of the namespaces, since those of pods are not known.
 */
import { unreachable } from '../../src/lib/assert.ts'
import { namespaceLabels } from '../../src/policy/evaluate/endpoint.ts'
import { readManifests } from '../../src/policy/manifest/read-manifests.ts'
import type { Namespace } from '../../src/policy/manifest/resources.ts'
import { matchPartly } from '../../src/policy/selector/match.ts'
import type { Selector } from '../../src/policy/selector/selector.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { TrackedObject, Version } from './version-history.ts'

export interface ShownVersion {
  readonly object: TrackedObject
  readonly version: Version
}

export interface ShownVersions {
  readonly shown: readonly ShownVersion[]
  /** Global policies that cannot be judged, and are therefore not shown to a viewer of some namespaces. */
  readonly unreadable: number
}

/** What a version of a Namespace gives to its endpoints. */
interface NamespaceVersion {
  readonly labels: Readonly<Record<string, string>>
  readonly isKnown: boolean
}

type Read = ReturnType<typeof readManifests>['manifests']

export class ConcernCheck {
  /** A version's text never changes. */
  readonly #read = new WeakMap<Version, Read>()

  shownTo({ namespaces }: Viewer, objects: readonly TrackedObject[]): ShownVersions {
    const all = objects.flatMap((object) => object.versions.map((version) => ({ object, version })))
    if (namespaces === 'all') return { shown: all, unreadable: 0 }
    const known = this.#namespaceVersions(namespaces, all)
    let unreadable = 0
    const shown = all.filter(({ object, version }) => {
      const { kind, namespace, name } = object
      switch (kind.concerns) {
        case 'its namespace':
          return namespaces.has(namespace)
        case 'the namespace of its name':
          return namespaces.has(name)
        case 'everybody':
          return true
        case 'whom it selects': {
          const [policy] = this.#manifestsOf(version).policies
          if (policy === undefined) unreadable += 1
          return policy !== undefined && known.some((each) => maySelect(policy.selector, each))
        }
        default:
          return unreachable(kind.concerns, 'whom a kind concerns')
      }
    })
    return { shown, unreadable }
  }

  /** With every version that a namespace had; one that was not read may have any labels. */
  #namespaceVersions(names: ReadonlySet<string>, all: readonly ShownVersion[]): readonly NamespaceVersion[] {
    const found = new Map<string, NamespaceVersion[]>()
    for (const { object, version } of all) {
      if (object.kind.concerns !== 'the namespace of its name' || !names.has(object.name)) continue
      const { namespaces } = this.#manifestsOf(version)
      const versions = found.get(object.name) ?? []
      versions.push(namespaceVersion(object.name, namespaces))
      found.set(object.name, versions)
    }
    return [...names].flatMap((name) => found.get(name) ?? [namespaceVersion(name, [])])
  }

  #manifestsOf(version: Version): Read {
    let read = this.#read.get(version)
    if (read === undefined) {
      read = readManifests([{ name: '', text: version.text }]).manifests
      this.#read.set(version, read)
    }
    return read
  }
}

function namespaceVersion(name: string, namespaces: readonly Namespace[]): NamespaceVersion {
  return { labels: namespaceLabels(name, { namespaces }), isKnown: namespaces.length > 0 }
}

/** Whether a policy may select a pod of the namespace, whatever labels of its own the pod has. */
function maySelect(selector: Selector, { labels, isKnown }: NamespaceVersion): boolean {
  return (
    matchPartly(selector, (label) => {
      if (Object.hasOwn(labels, label)) return labels[label]
      return isKnown && label.startsWith('pcns.') ? null : undefined
    }) !== false
  )
}
