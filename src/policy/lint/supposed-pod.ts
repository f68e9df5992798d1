/** Pods that are supposed for lint rules: each with labels that a selector matches, and nothing else known of it. */
import { supposedWorkload, type KnownEnd } from '../evaluate/known-end.ts'
import type { Labels, Manifests } from '../manifest/resources.ts'
import { printSelector } from '../selector/canonical.ts'
import { exampleLabels } from '../selector/example-labels.ts'
import type { PartialLabels } from '../selector/match.ts'
import type { Selector } from '../selector/selector.ts'
import { labelsOf, NAMESPACE_LABEL, SAME_LABELS, withOneNameLabel } from '../selector/selector-labels.ts'

export interface SupposedPod {
  readonly end: KnownEnd
  /** The labels that the selector asks for; the namespace is among them where it asks for one. */
  readonly labels: Labels
}

/**
 * `none but these`: a pod with no other labels of its own, in a namespace that no policy names. `any others`: a pod of
 * which nothing is known beside what the selector asks for. Labels of the namespace and of the account, which a selector
 * does not ask for, are unknown in both.
 */
type OtherLabels = 'none but these' | 'any others'

const ORCHESTRATOR = 'projectcalico.org/orchestrator'
const POD: Selector = { is: 'compare', label: ORCHESTRATOR, operator: '==', value: 'k8s' }
const EXAMPLE_NAMESPACE = 'example'
const IN_EXAMPLE: Selector = {
  is: 'compare',
  label: NAMESPACE_LABEL,
  operator: '==',
  value: EXAMPLE_NAMESPACE,
}

/** Supposed pods by their selectors, each made once. */
export class SupposedPods {
  readonly #manifests: Manifests
  readonly #pods = new Map<string, SupposedPod | null>()

  constructor(manifests: Manifests) {
    this.#manifests = manifests
  }

  /** A pod that the selector selects; null where none was found. */
  podFor(selector: Selector, others: OtherLabels): SupposedPod | null {
    const key = `${others} ${printSelector(selector)}`
    const found = this.#pods.get(key)
    if (found !== undefined) return found
    const pod = supposedPod(selector, others, this.#manifests)
    this.#pods.set(key, pod)
    return pod
  }
}

function supposedPod(selector: Selector, others: OtherLabels, manifests: Manifests): SupposedPod | null {
  const asked = withOneNameLabel(selector)
  const anywhere = exampleLabels(asked, POD, IN_EXAMPLE)
  const found = anywhere.is === 'example' ? anywhere : exampleLabels(asked, POD)
  if (found.is !== 'example') return null
  const { [NAMESPACE_LABEL]: namespace = EXAMPLE_NAMESPACE, ...own } = found.labels
  const isAnywhere = namespace === EXAMPLE_NAMESPACE
  const labels = isAnywhere ? own : { ...own, [NAMESPACE_LABEL]: namespace }
  const known: Labels = isAnywhere && others === 'any others' ? own : found.labels
  const absent = new Set(labelsOf(asked))
  const valueOf: PartialLabels = (label) => {
    const named = SAME_LABELS.get(label) ?? label
    if (named === NAMESPACE_LABEL && others === 'none but these') return namespace
    if (Object.hasOwn(known, named)) return known[named]
    if (absent.has(named) && named !== NAMESPACE_LABEL) return null
    return others === 'any others' || isInherited(named) ? undefined : null
  }
  return { end: supposedWorkload(namespace, valueOf, manifests), labels }
}

function isInherited(label: string): boolean {
  return /^(pcns|pcsa)\.|^projectcalico\.org\//.test(label)
}

/** `app=web in namespace shop`, or what is known of that. */
export function podWords({ labels: { [NAMESPACE_LABEL]: namespace, ...labels } }: SupposedPod): string {
  const own = Object.entries(labels)
    .filter(([label]) => label !== ORCHESTRATOR)
    .map(([label, value]) => `${label}=${value}`)
  const where = namespace === undefined ? 'a namespace that no policy names' : `namespace ${namespace}`
  return own.length === 0 ? `in ${where}` : `${own.join(', ')} in ${where}`
}
