/** What differs between two readings of manifests, as far as verdicts depend on it: places in files do not count. */
import type { Policy, Tier } from '../manifest/policy.ts'
import type { Manifests } from '../manifest/resources.ts'

export interface MergedPolicies {
  /** The policies of after; those that are equal to one of before are the objects of before. */
  readonly policies: readonly Policy[]
  readonly tiers: readonly Tier[]
  /** Those that were added, removed or edited, in both forms, and all in tiers that were. */
  readonly changed: readonly Policy[]
}

/** Manifests whose policies and tiers replace those of before. */
export function mergePolicies(before: Manifests, after: Manifests): MergedPolicies {
  const policies = keepSame(before.policies, after.policies, policyKey)
  const tiers = keepSame(before.tiers, after.tiers, ({ name }) => name)
  const changedTiers = new Set(changesOf(before.tiers, tiers).map(({ name }) => name))
  const changed = new Set(changesOf(before.policies, policies))
  return {
    policies,
    tiers,
    changed: [...new Set([...before.policies, ...policies])].filter(
      (policy) => changed.has(policy) || changedTiers.has(policy.tier),
    ),
  }
}

/** Whether everything but policies and tiers is the same. */
export function hasSameSurroundings(before: Manifests, after: Manifests): boolean {
  const { policies, tiers } = before
  return isSame(before, { ...after, policies, tiers })
}

function policyKey({ kind, namespace, name }: Policy): string {
  return `${kind} ${namespace}/${name}`
}

/** The items of after, those of before in place of their equals. */
function keepSame<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const known = new Map(before.map((item) => [keyOf(item), item]))
  return after.map((item) => {
    const same = known.get(keyOf(item))
    return same !== undefined && isSame(same, item) ? same : item
  })
}

/** The items of one list alone. */
function changesOf<Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] {
  const [old, present] = [new Set(before), new Set(after)]
  return [...before.filter((item) => !present.has(item)), ...after.filter((item) => !old.has(item))]
}

/** Whether two values are equal but for the places in them. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, i) => isSame(item, b[i]))
    )
  return isSameObject(a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>)
}

/** Without lists of entries, which would take most of the time of an update. */
function isSameObject(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  for (const name of names)
    if (!Object.hasOwn(b, name) || (name !== 'place' && !isSame(a[name], b[name]))) return false
  return true
}
