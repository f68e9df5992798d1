/**
 * One comparison of a query as Goldmane's Filter (goldmane/pkg/types/filters.go), which is an upper bound: all flows
 * that match the comparison pass the filter, and maybe more.
 *
 * - Goldmane does not look at the trigger of an end of tier. A comparison of a policy's name is therefore widened by
 *   all ends of tier, otherwise it would lose the flows that the policy's tier denied. No other hit has a trigger.
 * - `pending_actions` finds any pending hit, while the field `pending` is the last one.
 * - Fuzzy respects letter case and `~` does not. It is used where Kubernetes and Felix admit lower case only:
 *   namespaces, tiers, policies and protocols; not for names, since hosts may have capitals.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'

import { unreachable } from '../../lib/assert.ts'
import { type FieldId, fieldOf } from '../../flows/field.ts'
import { ACTIONS, fromWire, POLICY_KINDS, REPORTERS, toWire } from '../../flows/flow.ts'
import { NETWORK_NAMES } from '../../flows/spelling.ts'
import {
  type Action,
  type Filter,
  FilterSchema,
  MatchType,
  PolicyKind,
  type PolicyMatchSchema,
  type Reporter,
  type StringMatchSchema,
} from '../../gen/goldmane/api_pb.ts'
import { textTest } from '../tree/evaluate.ts'
import type { Comparison, TextValue } from '../tree/expression.ts'

type StringMatchInit = MessageInitShape<typeof StringMatchSchema>
type PolicyMatchInit = MessageInitShape<typeof PolicyMatchSchema>

/** A filter that passes all flows that match a query, and whether it passes no others. */
export interface GoldmaneFilter {
  readonly filter: Filter
  readonly exact: boolean
}

/** The encoded goldmane.Filter, for a request. */
export function encodeFilter(filter: Filter): Uint8Array {
  return toBinary(FilterSchema, filter)
}

/** Passes all flows. */
export const UNFILTERED: GoldmaneFilter = { filter: create(FilterSchema), exact: false }

/** A {@link GoldmaneFilter} from the fields of the message. */
export function goldmaneFilter(
  filter: MessageInitShape<typeof FilterSchema>,
  exact: boolean,
): GoldmaneFilter {
  return { filter: create(FilterSchema, filter), exact }
}

/** Fields whose values are lower case wherever they come from. */
const LOWER_CASE: ReadonlySet<FieldId> = new Set<FieldId>([
  'src.ns',
  'dst.ns',
  'proto',
  'tier',
  'policy',
  'policy.ns',
  'decided',
])

function longest(pieces: readonly string[]): string {
  return pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '')
}

/** The alternatives for one value; null where Goldmane cannot rule out any text. */
function stringMatch(
  field: FieldId,
  contains: boolean,
  { text, wildcard }: TextValue,
): StringMatchInit[] | null {
  const found = fieldOf(field)
  const stored = (found.type === 'text' ? found.stored?.(text) : undefined) ?? text
  if (!contains && !wildcard) return [{ value: stored, type: MatchType.Exact }]
  if (contains && !LOWER_CASE.has(field)) return null
  const pattern = contains ? text.toLowerCase() : stored
  const piece = wildcard ? longest(pattern.split('*')) : pattern
  if (piece === '') return null
  const fuzzy = { value: piece, type: MatchType.Fuzzy }
  return contains && stored !== text ? [fuzzy, { value: stored, type: MatchType.Exact }] : [fuzzy]
}

/** The alternatives for all values of a positive comparison of texts; null where Goldmane cannot rule out any text. */
function stringMatches(comparison: Comparison): StringMatchInit[] | null {
  const { field, operator, values } = comparison
  const matches: StringMatchInit[] = []
  for (const value of values) {
    const found = value.kind === 'text' ? stringMatch(field, operator === '~', value) : null
    if (found === null) return null
    matches.push(...found)
  }
  if (field === 'src.name' || field === 'dst.name') {
    const passes = textTest(comparison)
    // A pattern may match the spelling that is shown (PUBLIC NETWORK).
    const shown = NETWORK_NAMES.filter((name) => passes(name) && !matches.some(({ value }) => value === name))
    matches.push(...shown.map((value) => ({ value, type: MatchType.Exact })))
  }
  return matches
}

/** Whether all values are compared as a whole. `-` is not: Goldmane also finds `Global` with it. */
function isExact({ operator, values }: Comparison): boolean {
  return (
    operator === '=' &&
    values.every((value) => value.kind === 'text' && !value.wildcard && value.text !== '-')
  )
}

/** The enum numbers of the values; null when one of them has none, or is the unspecified one. */
function wireNumbers(names: readonly string[], { operator, values }: Comparison): readonly number[] | null {
  if (operator !== '=') return null
  const numbers: number[] = []
  for (const value of values) {
    const word = value.kind === 'text' && !value.wildcard ? value.text : ''
    const number = toWire(names, word)
    if (number === 0 || fromWire(names, number) !== word) return null
    numbers.push(number)
  }
  return numbers
}

const END_OF_TIER: PolicyMatchInit = { kind: PolicyKind.EndOfTier }

/** The filter for the policy that a hit names: the hit's own, or the trigger, which Goldmane does not look at. */
function filterForPolicy(comparison: Comparison, part: 'name' | 'namespace'): GoldmaneFilter {
  const matches = stringMatches(comparison)
  if (matches === null) return UNFILTERED
  return goldmaneFilter({ policies: [...matches.map((match) => ({ [part]: match })), END_OF_TIER] }, false)
}

/** The filter for a comparison in normal form; {@link UNFILTERED} where Goldmane has no field for it. */
export function filterForComparison(comparison: Comparison): GoldmaneFilter {
  const { field, operator } = comparison
  if (operator !== '=' && operator !== '~') return UNFILTERED
  const exact = isExact(comparison)
  switch (field) {
    case 'src.name':
      return goldmaneFilter({ sourceNames: stringMatches(comparison) ?? [] }, exact)
    case 'src.ns':
      return goldmaneFilter({ sourceNamespaces: stringMatches(comparison) ?? [] }, exact)
    case 'dst.name':
      return goldmaneFilter({ destNames: stringMatches(comparison) ?? [] }, exact)
    case 'dst.ns':
      return goldmaneFilter({ destNamespaces: stringMatches(comparison) ?? [] }, exact)
    case 'proto':
      return goldmaneFilter({ protocols: stringMatches(comparison) ?? [] }, exact)
    case 'port': {
      const ports = comparison.values.map((value) => (value.kind === 'number' ? value.number : Number.NaN))
      if (!ports.every((port) => Number.isSafeInteger(port))) return UNFILTERED
      return goldmaneFilter({ destPorts: ports.map((port) => ({ port: BigInt(port) })) }, true)
    }
    case 'action': {
      // Proto3 enums are open: a number that the generated type does not list may travel (also below).
      const actions = wireNumbers(ACTIONS, comparison) as readonly Action[] | null
      return actions === null ? UNFILTERED : goldmaneFilter({ actions: [...actions] }, true)
    }
    case 'pending': {
      const actions = wireNumbers(ACTIONS, comparison) as readonly Action[] | null
      return actions === null ? UNFILTERED : goldmaneFilter({ pendingActions: [...actions] }, false)
    }
    case 'reporter': {
      const [reporter, ...others] = (wireNumbers(REPORTERS, comparison) ?? []) as readonly Reporter[]
      return reporter === undefined || others.length > 0 ? UNFILTERED : goldmaneFilter({ reporter }, true)
    }
    case 'tier': {
      const matches = stringMatches(comparison)
      // The empty text means no tier here, and any tier for Goldmane.
      const whole = exact && comparison.values.every((value) => value.kind === 'text' && value.text !== '')
      return matches === null
        ? UNFILTERED
        : goldmaneFilter({ policies: matches.map((tier) => ({ tier })) }, whole)
    }
    case 'kind': {
      const kinds = wireNumbers(POLICY_KINDS, comparison) as readonly PolicyKind[] | null
      if (kinds === null) return UNFILTERED
      return goldmaneFilter({ policies: [...kinds.map((kind) => ({ kind })), END_OF_TIER] }, false)
    }
    case 'policy':
    case 'decided':
      return filterForPolicy(comparison, 'name')
    case 'policy.ns':
      return filterForPolicy(comparison, 'namespace')
    case 'trigger':
      return goldmaneFilter({ policies: [END_OF_TIER] }, false)
    case 'changed':
    case 'src.type':
    case 'dst.type':
    case 'ns':
    case 'name':
    case 'type':
    case 'service':
    case 'svc.ns':
    case 'src.label':
    case 'dst.label':
    case 'label':
    case 'rule':
    case 'bytes':
    case 'packets':
    case 'conns':
    case 'seen':
      return UNFILTERED
    default:
      return unreachable(field, 'field')
  }
}
