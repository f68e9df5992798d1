/** What the conversions of both kinds of Kubernetes' policies to Calico's rules share (`calico-semantics.md` 3.7). */
import type { Direction } from './calico-rule.ts'
import { ConversionError } from './conversion-error.ts'
import type { ObjectHead } from './object-head.ts'
import type { RuleAction } from './policy.ts'
import { ANY_END, anyRule, type SpecEnd, type SpecRule } from './policy-spec.ts'
import { type GivenPort, groupByProtocol } from './protocol-groups.ts'
import { itemsAt, mapAt, type YamlNode } from './yaml-tree.ts'

/** A rule of Kubernetes in the parts of its conversion. */
interface ConvertedRule {
  readonly action: RuleAction
  readonly ports: readonly GivenPort[]
  readonly peers: readonly SpecEnd[]
}

/** How one kind converts its rules. */
export interface RuleConversion {
  /** Throws a {@link ConversionError} for a rule that cannot be converted. */
  readonly convert: (node: YamlNode, direction: Direction, path: string, head: ObjectHead) => ConvertedRule
  /** Whether a rule that cannot be converted denies everything. Otherwise it is left out, and the policy applies all the same. */
  readonly failsClosed: (node: YamlNode) => boolean
  /** What is said of such a rule, after why. */
  readonly consequence: (failsClosed: boolean) => string
}

/** The member of a rule that has its peers. */
export function peersNameOf(direction: Direction): 'from' | 'to' {
  return direction === 'ingress' ? 'from' : 'to'
}

/** The rules of a direction; those that cannot be converted are reported to the head's subject. */
export function convertRules(
  head: ObjectHead,
  direction: Direction,
  { convert, failsClosed, consequence }: RuleConversion,
): readonly SpecRule[] {
  return itemsAt(mapAt(head.node, 'spec'), direction).flatMap((node, i) => {
    const path = `spec.${direction}[${i}]`
    const place = head.subject.file.placeOf(node)
    try {
      const { action, ports, peers } = convert(node, direction, path, head)
      return groupByProtocol(ports).flatMap((group) =>
        peers.map((peer): SpecRule => {
          const rule = { ...anyRule(action, place), protocol: group.protocol }
          return direction === 'ingress'
            ? { ...rule, source: peer, destination: { ...ANY_END, ports: group.ports } }
            : { ...rule, destination: { ...peer, ports: group.ports } }
        }),
      )
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error
      const isClosed = failsClosed(node)
      head.subject.note('refused', error.node, error.path, `${error.message}${consequence(isClosed)}`)
      return isClosed ? [anyRule('Deny', place)] : []
    }
  })
}
