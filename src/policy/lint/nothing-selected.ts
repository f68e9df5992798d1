/** Selectors that select nothing of what was loaded, where something was loaded that they could select. */
import { SYSTEM_NAMESPACES } from '../../flows/system-namespaces.ts'
import { labelAt, namespaceLabels, type PartlyLabelled } from '../evaluate/endpoint.ts'
import type { Policy } from '../manifest/policy.ts'
import type { Labels, Manifests } from '../manifest/resources.ts'
import { matchPartly } from '../selector/match.ts'
import type { Selector } from '../selector/selector.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, DIRECTIONS } from './lint-context.ts'

/** What selectors can select of the manifests that were loaded. */
export interface Selectable {
  /** All pods and host endpoints. */
  readonly endpoints: readonly PartlyLabelled[]
  readonly sets: readonly PartlyLabelled[]
  /** The labels that each namespace gives to what is in it; empty where no namespace was loaded. */
  readonly namespaces: readonly Labels[]
}

/** The labels by which namespaces are selected, those that every cluster has included. */
export function selectableNamespaces(manifests: Pick<Manifests, 'namespaces'>): readonly Labels[] {
  if (manifests.namespaces.length === 0) return []
  const names = new Set([...manifests.namespaces.map(({ name }) => name), ...SYSTEM_NAMESPACES])
  return [...names].map((name) => namespaceLabels(name, manifests))
}

/**
 * Findings of a policy whose selector matches none of the endpoints, and of rules whose selectors match none of these
 * endpoints and network sets. Without endpoints only the namespaces are compared, and without these nothing is found.
 */
export function findNothingSelected(policy: Policy, loaded: Selectable): readonly Finding[] {
  const { endpoints, sets, namespaces } = loaded
  const object = objectName(policy)
  const own = whyNothing(policy.selector, endpoints, namespaces)
  const rules = DIRECTIONS.flatMap((direction) =>
    decidingRules(policy, direction).flatMap((rule) =>
      (['source', 'destination'] as const).flatMap((end) => {
        const { selector } = rule[end]
        if (selector === null || sets.some((set) => maySelect(selector, set))) return []
        const why = whyNothing(selector, endpoints, namespaces)
        if (why === null) return []
        const finding: Finding = {
          rule: 'selects-nothing',
          level: 'warning',
          place: rule.place,
          object,
          why: `The selector of the ${end} of this ${direction} rule matches ${why}.`,
          advice:
            'Compare the labels, and the namespace: in a namespaced policy a selector means the policy’s own.',
        }
        return [finding]
      }),
    ),
  )
  if (own === null) return rules
  return [
    {
      rule: 'selects-nothing',
      level: 'warning',
      place: policy.place,
      object,
      why: `Its selector matches ${own}.`,
      advice: 'Compare the labels with those of the pods and their namespaces, or delete the policy.',
    },
    ...rules,
  ]
}

function maySelect(selector: Selector, labelled: PartlyLabelled): boolean {
  return matchPartly(selector, (label) => labelAt(labelled, label)) !== false
}

/** What the selector matches nothing of, as the end of a sentence; null where it matches something, or may. */
function whyNothing(
  selector: Selector,
  endpoints: readonly PartlyLabelled[],
  namespaces: readonly Labels[],
): string | null {
  if (endpoints.length > 0)
    return endpoints.some((endpoint) => maySelect(selector, endpoint))
      ? null
      : `none of the ${endpoints.length} endpoints that were loaded`
  if (namespaces.length === 0) return null
  const mayMatch = (given: Labels): boolean =>
    matchPartly(selector, (label) => {
      if (Object.hasOwn(given, label)) return given[label]
      return isOfNamespace(label) ? null : undefined
    }) !== false
  // Host endpoints and global network sets are in no namespace.
  return namespaces.some(mayMatch) || mayMatch({}) ? null : 'nothing in the namespaces that were loaded'
}

function isOfNamespace(label: string): boolean {
  return label.startsWith('pcns.') || label === 'projectcalico.org/namespace'
}
