/** Selectors that select nothing of what was loaded, where something was loaded that they could select. */
import type { Policy } from '../manifest/policy.ts'
import { matchSelector } from '../selector/match.ts'
import type { Labels } from '../manifest/resources.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, DIRECTIONS } from './lint-context.ts'

/**
 * Findings of a policy whose selector matches none of the endpoints, and of rules whose selectors match none of these
 * endpoints and network sets. `endpoints`: the labels of all pods and host endpoints that were loaded, inherited ones
 * included; without any nothing is found.
 */
export function findNothingSelected(
  policy: Policy,
  endpoints: readonly Labels[],
  sets: readonly Labels[],
): readonly Finding[] {
  if (endpoints.length === 0) return []
  const object = objectName(policy)
  const own: readonly Finding[] = endpoints.some((labels) => matchSelector(policy.selector, labels))
    ? []
    : [
        {
          rule: 'selects-nothing',
          level: 'warning',
          place: policy.place,
          object,
          why: `Its selector matches none of the ${endpoints.length} endpoints that were loaded.`,
          advice: 'Compare the labels with those of the pods, or delete the policy.',
        },
      ]
  const peers = [...endpoints, ...sets]
  const rules = DIRECTIONS.flatMap((direction) =>
    decidingRules(policy, direction).flatMap((rule) =>
      (['source', 'destination'] as const).flatMap((end) => {
        const { selector } = rule[end]
        if (selector === null || peers.some((labels) => matchSelector(selector, labels))) return []
        const finding: Finding = {
          rule: 'selects-nothing',
          level: 'warning',
          place: rule.place,
          object,
          why: `The selector of the ${end} of this ${direction} rule matches none of the ${peers.length} endpoints and network sets that were loaded.`,
          advice:
            'Compare the labels, and the namespace: in a namespaced policy a selector means the policy’s own.',
        }
        return [finding]
      }),
    ),
  )
  return [...own, ...rules]
}
