/** What was loaded, as the page shows it. */
import type { Fault, Manifests } from '../../policy/manifest/resources.ts'
import type { LoadedKind, LoadedPolicies } from '../policy-messages.ts'
import type { PolicySets } from './policy-sets.ts'

const MAX_LISTED_FAULTS = 300

const GRAVITY: Readonly<Record<Fault['effect'], number>> = { refused: 0, unknown: 1, ignored: 2 }

export function loadedReport({ documents, current }: PolicySets): LoadedPolicies {
  const { manifests, faults } = current
  const passedOver = faults.filter(isOfKind)
  const others = faults.filter((fault) => !isOfKind(fault))
  return {
    documents: documents.length,
    size: documents.reduce((sum, { text }) => sum + text.length, 0),
    counts: countsOf(manifests),
    faults: others.toSorted((a, b) => GRAVITY[a.effect] - GRAVITY[b.effect]).slice(0, MAX_LISTED_FAULTS),
    faultCounts: {
      refused: countOf(others, 'refused'),
      ignored: countOf(others, 'ignored'),
      unknown: countOf(others, 'unknown'),
    },
    passedOver: passedOver.slice(0, MAX_LISTED_FAULTS),
    past: documents.length - current.documents.length,
  }
}

/** Whether it says that objects of a kind were not read. */
function isOfKind({ path, effect }: Fault): boolean {
  return path === 'kind' && effect !== 'refused'
}

function countOf(faults: readonly Fault[], effect: Fault['effect']): number {
  return faults.filter((fault) => fault.effect === effect).length
}

function countsOf({ policies, tiers, ...resources }: Manifests): LoadedPolicies['counts'] {
  const counts: Partial<Record<LoadedKind, number>> = {}
  const add = (kind: LoadedKind, count: number) => {
    if (count > 0) counts[kind] = (counts[kind] ?? 0) + count
  }
  for (const { kind } of policies) add(kind, 1)
  add('tiers', tiers.filter(({ place }) => place !== null).length)
  // Object.entries knows the names as texts.
  for (const [kind, list] of Object.entries(resources)) add(kind as keyof typeof resources, list.length)
  return counts
}
