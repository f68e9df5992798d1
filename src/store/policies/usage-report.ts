/** Which rules of the policies in force now are among recorded hits, and which are not. */
import type { RecordedHit } from '../../flows/recorded-hit.ts'
import { namedPolicy } from '../../flows/hit.ts'
import { orderTiers } from '../../policy/evaluate/tier-order.ts'
import { textOf } from '../../policy/manifest/text-of.ts'
import {
  isNotHit,
  isUnused,
  type PolicyUsage,
  type RuleUsage,
  usageInSteps,
} from '../../policy/usage/policy-usage.ts'
import type { UnhitPolicy, UsageReport } from '../policy-messages.ts'
import type { PolicySet } from './policy-sets.ts'

/** Of each of the two lists: each rule has its text. */
const MAX_LISTED_RULES = 500

/** In short steps, because the worker may serve other pages: there may be 50,000 hits, and the text of each rule is looked for. */
export function* usageReport(
  hits: readonly RecordedHit[],
  { manifests, documents }: Pick<PolicySet, 'manifests' | 'documents'>,
): Generator<null, UsageReport> {
  const since = new Map(documents.map(({ name, from }) => [name, from ?? null]))
  const usage = yield* usageInSteps(hits, manifests, ({ place }) => since.get(place.file) ?? null)
  const ranks = new Map(
    orderTiers(manifests)
      .flatMap(({ policies }) => policies)
      .map((policy, rank) => [policy, rank]),
  )
  // Policies that do nothing for workloads have no rank, and are last.
  const policies = usage.policies
    .map((each, i) => ({ each, rank: rankOf(ranks, manifests.policies[i]) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ each }) => each)
  const rules = policies.flatMap((each) => each.rules)
  return {
    policies: policies.length,
    rules: rules.length,
    notHit: rules.filter(isNotHit).length,
    notKnown: rules.filter(isNotKnown).length,
    unused: policies.filter(isUnused).length,
    listed: yield* listOf(policies, isNotHit, documents),
    listedUnknown: yield* listOf(policies, isNotKnown, documents),
    notLoaded: new Set(
      usage.unknown.map(({ hit }) => {
        const { kind, namespace, name } = namedPolicy(hit)
        return JSON.stringify([kind, namespace, name])
      }),
    ).size,
  }
}

function rankOf<Key>(ranks: ReadonlyMap<Key, number>, key: Key | undefined): number {
  return (key === undefined ? undefined : ranks.get(key)) ?? Number.MAX_SAFE_INTEGER
}

function isNotKnown({ traceless }: RuleUsage): boolean {
  return traceless !== null
}

function* listOf(
  policies: readonly PolicyUsage[],
  isListed: (rule: RuleUsage) => boolean,
  documents: PolicySet['documents'],
): Generator<null, readonly UnhitPolicy[]> {
  const listed: UnhitPolicy[] = []
  let room = MAX_LISTED_RULES
  for (const each of policies) {
    const rules = each.rules.filter(isListed).slice(0, room)
    if (rules.length === 0) continue
    room -= rules.length
    const written: UnhitPolicy['rules'][number][] = []
    for (const { direction, numbers, action, traceless, place } of rules) {
      yield null
      const text = textOf(place, documents) ?? ''
      written.push({ direction, numbers, action, traceless, written: { place, text } })
    }
    const { kind, namespace, name, tier } = each.policy
    listed.push({
      policy: { kind, namespace, name, tier },
      isStaged: each.isStaged,
      isUnused: isUnused(each),
      since: each.since,
      stale: each.stale,
      rules: written,
    })
  }
  return listed
}
