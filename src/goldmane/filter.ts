/**
 * Goldmane's Filter: fields are ANDed, the values inside one field ORed. Upstream: goldmane/pkg/types/filters.go.
 * It works on protobuf messages, so enums are compared as numbers.
 */
import {
  Action,
  type Filter,
  type FlowKey,
  MatchType,
  type PolicyHit,
  PolicyKind,
  type PolicyMatch,
  Reporter,
  type StringMatch,
} from '../gen/goldmane/api_pb.ts'

/** Names that user interfaces show, by stored name; a filter may use either. Upstream: types/filters.go:24-57. */
const NAME_ALIASES: Readonly<Record<string, string>> = { pub: 'PUBLIC NETWORK', pvt: 'PRIVATE NETWORK' }
const NAMESPACE_ALIASES: Readonly<Record<string, string>> = { Global: '-' }
const NO_ALIASES: Readonly<Record<string, string>> = {}

/** Whether a key passes the filter. Every key passes an absent or empty one. */
export function matchesFilter(filter: Filter | undefined, key: FlowKey): boolean {
  if (filter === undefined) return true
  return (
    matchesAny(filter.sourceNames, key.sourceName, NAME_ALIASES) &&
    matchesAny(filter.destNames, key.destName, NAME_ALIASES) &&
    matchesAny(filter.sourceNamespaces, key.sourceNamespace, NAMESPACE_ALIASES) &&
    matchesAny(filter.destNamespaces, key.destNamespace, NAMESPACE_ALIASES) &&
    matchesAny(filter.protocols, key.proto, NO_ALIASES) &&
    (filter.destPorts.length === 0 || filter.destPorts.some(({ port }) => port === key.destPort)) &&
    (filter.actions.length === 0 || filter.actions.includes(key.action)) &&
    (filter.reporter === Reporter.ReporterUnspecified || filter.reporter === key.reporter) &&
    matchesPending(filter, key) &&
    matchesPolicies(filter, key)
  )
}

/**
 * Whether a hit satisfies every member of a match. A missing or empty text matches any, unlike in the lists of a
 * filter. The trigger of an end of tier is not compared (types/filters.go:196-258).
 */
export function matchesPolicy(match: PolicyMatch, hit: PolicyHit): boolean {
  return (
    (match.kind === PolicyKind.KindUnspecified || match.kind === hit.kind) &&
    (match.action === Action.ActionUnspecified || match.action === hit.action) &&
    matchesGiven(match.tier, hit.tier) &&
    matchesGiven(match.namespace, hit.namespace) &&
    matchesGiven(match.name, hit.name)
  )
}

/** Returns the enforced hits, followed by the pending ones. */
export function hitsOf(key: FlowKey): readonly PolicyHit[] {
  const trace = key.policies
  return trace === undefined ? [] : [...trace.enforcedPolicies, ...trace.pendingPolicies]
}

function matchesAny(
  matches: readonly StringMatch[],
  stored: string,
  aliases: Readonly<Record<string, string>>,
): boolean {
  if (matches.length === 0) return true
  const alias = Object.hasOwn(aliases, stored) ? aliases[stored] : undefined
  return matches.some(
    (match) => matchesText(match, stored) || (alias !== undefined && matchesText(match, alias)),
  )
}

/** Case-sensitive, in exact and in substring (fuzzy) matches. */
function matchesText(match: StringMatch, text: string): boolean {
  return match.type === MatchType.Exact ? text === match.value : text.includes(match.value)
}

function matchesGiven(match: StringMatch | undefined, text: string): boolean {
  return match === undefined || match.value === '' || matchesText(match, text)
}

/** Compares any pending hit, even an intermediate Pass, not the pending verdict (types/filters.go:110-124). */
function matchesPending({ pendingActions }: Filter, { policies }: FlowKey): boolean {
  if (pendingActions.length === 0) return true
  return policies?.pendingPolicies.some((hit) => pendingActions.includes(hit.action)) ?? false
}

function matchesPolicies({ policies }: Filter, key: FlowKey): boolean {
  if (policies.length === 0) return true
  return hitsOf(key).some((hit) => policies.some((match) => matchesPolicy(match, hit)))
}
