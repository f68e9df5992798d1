/** Lint rules that look at one policy at a time. */
import type { Direction } from '../evaluate/connection.ts'
import type { Policy, Rule, RuleEnd } from '../manifest/policy.ts'
import type { Selector } from '../selector/selector.ts'
import { coversRule } from './covers.ts'
import { type Finding, objectName } from './finding.ts'
import { decidingRules, DIRECTIONS } from './lint-context.ts'
import { labelsOf } from '../selector/selector-labels.ts'

/** A policy without rules: what denies is the end of its tier. */
export function findWithoutRules(policy: Policy): readonly Finding[] {
  const governed = DIRECTIONS.filter((direction) => policy[direction] !== null)
  const empty = governed.filter((direction) => policy[direction]?.length === 0)
  if (empty.length === 0 || empty.length < governed.length) return []
  return [
    {
      rule: 'no-rules',
      level: 'note',
      place: policy.place,
      object: objectName(policy),
      why: `It has no ${empty.join(' and no ')} rules, so it decides nothing by itself. It only makes tier ${policy.tier} count for what it selects: whatever no policy of the tier allows is denied at the end of the tier, where the flow log names the tier, and this policy at most as its trigger.`,
      advice:
        'If a default deny is meant, this is the usual way; its order does not matter. For a denial that names this policy, give it a last rule with the action Deny.',
    },
  ]
}

/** `all()` without a namespaceSelector selects host endpoints, too. */
export function findSelectsHosts(policy: Policy): readonly Finding[] {
  const isGlobal = policy.kind === 'GlobalNetworkPolicy' || policy.kind === 'StagedGlobalNetworkPolicy'
  const isForHosts = policy.applyOnForward || policy.doNotTrack || policy.preDnat
  if (!isGlobal || isForHosts || policy.selector.is !== 'all') return []
  return [
    {
      rule: 'selects-hosts',
      level: 'note',
      place: policy.place,
      object: objectName(policy),
      why: 'Its selector is all() and it has no namespaceSelector, so it governs host endpoints as well as pods. Where automatic host endpoints are on, it governs every node.',
      advice:
        'If only pods are meant, set namespaceSelector: all() or selector: has(projectcalico.org/namespace).',
    },
  ]
}

/** A positive selector never matches addresses outside the cluster, although `all()` reads as if it did. */
export function findOutsideNeverMatches(policy: Policy): readonly Finding[] {
  return DIRECTIONS.flatMap((direction) =>
    decidingRules(policy, direction).flatMap((rule) => {
      const peer = direction === 'ingress' ? rule.source : rule.destination
      if (peer.selector === null || !matchesAnyEndpoint(peer) || !isLikelyMeantForAll(peer.selector))
        return []
      const finding: Finding = {
        rule: 'outside-never-matches',
        level: 'note',
        place: rule.place,
        object: objectName(policy),
        why: `The ${direction === 'ingress' ? 'source' : 'destination'} of this rule must be a pod, a host endpoint or a network set that is known to Calico: a selector, also all() or one of negations only, matches no other address.`,
        advice:
          'If every address is meant, leave the selector out. If only the cluster is meant, silence this with a comment.',
      }
      return [finding]
    }),
  )
}

function matchesAnyEndpoint({ nets, service }: RuleEnd): boolean {
  return nets.length === 0 && service === null
}

/** all(), or nothing but negations. One that is scoped to namespaces means the pods in them. */
function isLikelyMeantForAll(selector: Selector): boolean {
  if (selector.is === 'all') return true
  const conditions = selector.is === 'and' ? selector.operands : [selector]
  return conditions.every((condition) => condition.is === 'all' || isNegative(condition))
}

function isNegative(selector: Selector): boolean {
  if (selector.is === 'compare') return selector.operator === '!='
  if (selector.is === 'set') return selector.operator === 'not in'
  return selector.is === 'not'
}

/** A rule that an earlier one of the same list leaves nothing for. */
export function findUnreachableRules(policy: Policy): readonly Finding[] {
  return DIRECTIONS.flatMap((direction) => unreachableRules(policy, direction))
}

function unreachableRules(policy: Policy, direction: Direction): readonly Finding[] {
  const rules = decidingRules(policy, direction)
  return rules.flatMap((rule, i) => {
    const earlier = rules.slice(0, i).find((other) => isElsewhere(other, rule) && coversRule(other, rule))
    if (earlier === undefined) return []
    const isSame = earlier.action === rule.action
    const finding: Finding = {
      rule: 'unreachable-rule',
      level: 'warning',
      place: rule.place,
      object: objectName(policy),
      why: `No connection reaches this ${direction} rule: the one in line ${earlier.place.line} matches all that it matches, and is evaluated first (${earlier.action}).`,
      advice: isSame ? 'Delete it.' : 'Move it in front of that rule, or delete it.',
    }
    return [finding]
  })
}

/** One rule of Kubernetes stands for several, which may cover each other without a fault of the writer. */
function isElsewhere(a: Rule, b: Rule): boolean {
  return a.place.file !== b.place.file || a.place.line !== b.place.line || a.place.column !== b.place.column
}

/** Labels of names that endpoints, or namespaces, do not have. */
export function findNameLabels(policy: Policy): readonly Finding[] {
  const ends = DIRECTIONS.flatMap((direction) =>
    decidingRules(policy, direction).flatMap((rule) =>
      [rule.source, rule.destination].flatMap(({ selector, notSelector }) => [
        { selector, place: rule.place },
        { selector: notSelector, place: rule.place },
      ]),
    ),
  )
  return [{ selector: policy.selector, place: policy.place }, ...ends].flatMap(({ selector, place }) =>
    selector === null
      ? []
      : [...new Set(labelsOf(selector))].flatMap((label) => {
          const confusion = CONFUSED_LABELS.get(label)
          if (confusion === undefined) return []
          return [
            {
              rule: 'name-label' as const,
              level: 'warning' as const,
              place,
              object: objectName(policy),
              ...confusion,
            },
          ]
        }),
  )
}

/** `pcns.` is what Calico puts before the labels of a namespaceSelector, `pcsa.` before those of service accounts. */
const CONFUSED_LABELS: ReadonlyMap<string, Pick<Finding, 'why' | 'advice'>> = new Map([
  [
    'kubernetes.io/metadata.name',
    {
      why: 'A selector of endpoints asks for kubernetes.io/metadata.name, which namespaces have and pods do not.',
      advice:
        'Ask for it in namespaceSelector, or write projectcalico.org/namespace in the selector of endpoints.',
    },
  ],
  [
    'projectcalico.org/name',
    {
      why: 'A selector of endpoints asks for projectcalico.org/name, which Calico gives to namespaces and service accounts and not to pods.',
      advice:
        'Ask for it in namespaceSelector, or write projectcalico.org/namespace in the selector of endpoints.',
    },
  ],
  [
    'pcns.projectcalico.org/namespace',
    {
      why: 'A namespaceSelector asks for projectcalico.org/namespace, which pods have and namespaces do not.',
      advice: 'Write projectcalico.org/name, or kubernetes.io/metadata.name, in the namespaceSelector.',
    },
  ],
  [
    'pcsa.kubernetes.io/metadata.name',
    {
      why: 'A selector of service accounts asks for kubernetes.io/metadata.name, which namespaces have and service accounts do not.',
      advice: 'Write projectcalico.org/name, or list the accounts by names.',
    },
  ],
  [
    'pcsa.projectcalico.org/serviceaccount',
    {
      why: 'A selector of service accounts asks for projectcalico.org/serviceaccount, which pods have and service accounts do not.',
      advice: 'Write projectcalico.org/name, or list the accounts by names.',
    },
  ],
])
