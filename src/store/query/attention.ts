/** How much rows deserve attention: the default order of the table, and the mark of each row. */
import { ensure, unreachable } from '../../lib/assert.ts'
import type { KeySums } from '../keys/key-sums.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { RollUp } from '../keys/roll-up.ts'
import { STAGED_ALLOW, STAGED_DENY } from '../keys/trace-facts.ts'
import type { Attention, Row } from '../protocol.ts'
import type { Match, QueryContext } from './matching-rows.ts'

/** From the least to the most: the index of each is its level. */
export const LEVELS: readonly Attention[] = ['allowed', 'would-change', 'denial', 'new-denial']
const WOULD_CHANGE = LEVELS.indexOf('would-change')
const DENIAL = LEVELS.indexOf('denial')
const NEW_DENIAL = LEVELS.indexOf('new-denial')

const ACTION = partIndex('action')

/** By set: the least start of any record held, whatever the range and the filter; NaN for a set without records. */
function firstRecords(rollUp: RollUp, all: KeySums, flowCount: number): Float64Array {
  const ofFlow = rollUp.ofFlows()
  const first = new Float64Array(rollUp.count).fill(Number.NaN)
  for (let flow = 0; flow < flowCount; flow++) {
    if (all.records[flow] === 0) continue
    const set = ofFlow[flow]!
    if (!(first[set]! <= all.first[flow]!)) first[set] = all.first[flow]!
  }
  return first
}

/** How many keys of a row staged policies would allow, or deny. */
export interface StagedCounts {
  readonly allow: Uint32Array
  readonly deny: Uint32Array
}

/** Of each match, which never changes: for the order, the rows and the summary. */
const countsOfMatches = new WeakMap<Match, StagedCounts>()

/** By set: how many of the matching flows staged policies would allow, or deny. Memoised. */
export function stagedCounts(match: Match, { facts }: QueryContext): StagedCounts {
  const known = countsOfMatches.get(match)
  if (known !== undefined) return known
  const { flows, sets } = match
  const size = sets?.rollUp.count ?? 0
  const counts = { allow: new Uint32Array(size), deny: new Uint32Array(size) }
  countsOfMatches.set(match, counts)
  if (flows === null || sets === null) return counts
  const ofFlow = sets.rollUp.ofFlows()
  for (let flow = 0; flow < flows.length; flow++) {
    if (flows[flow] === 0) continue
    const staged = facts.stagedOf(flow)
    if (staged === STAGED_ALLOW) counts.allow[ofFlow[flow]!]!++
    else if (staged === STAGED_DENY) counts.deny[ofFlow[flow]!]!++
  }
  return counts
}

/** What staged policies would change of a row, from how many of its keys they would allow and deny. */
export function stagedOf(allow: number, deny: number, keys: number): Row['staged'] {
  if (allow + deny === 0) return null
  return deny > 0 ? { to: 'Deny', all: deny === keys } : { to: 'Allow', all: allow === keys }
}

/**
 * The level of each row: by set for groups and signatures, otherwise by flow. `all` are the sums of everything held. A
 * record or a key is new if its signature is.
 */
export function attentionLevels(
  match: Match,
  newSince: number | null,
  all: KeySums,
  context: QueryContext,
): Uint8Array {
  const { keys, flowCount } = context.snapshot
  switch (match.kind) {
    case 'groups':
    case 'signatures': {
      const { rollUp, sums } = ensure(match.sets, 'a match of sets has sums of sets')
      const actions = keys.codes[ACTION]!
      const deny = keys.enums.internText('Deny')
      const levels = new Uint8Array(rollUp.count)
      const staged = stagedCounts(match, context)
      const since = newSince ?? Number.POSITIVE_INFINITY
      const first = newSince === null ? null : firstRecords(rollUp, all, flowCount)
      for (let set = 0; set < sums.keys.length; set++) {
        if (actions[rollUp.exampleOf(set)] === deny)
          levels[set] = first !== null && first[set]! >= since ? NEW_DENIAL : DENIAL
        else if (staged.allow[set]! + staged.deny[set]! > 0) levels[set] = WOULD_CHANGE
      }
      return levels
    }
    case 'keys':
    case 'intervals': {
      const levelOf = levelsOfFlows(newSince, all, context)
      const levels = new Uint8Array(flowCount)
      for (let flow = 0; flow < flowCount; flow++) levels[flow] = levelOf(flow)
      return levels
    }
    default:
      return unreachable(match.kind, 'kind of rows')
  }
}

/** Returns the level of a key and its records by its flow. First records are looked for when a denial is first met. */
export function levelsOfFlows(
  newSince: number | null,
  all: KeySums,
  { snapshot, facts, signatures }: QueryContext,
): (flow: number) => number {
  const { keys, flowCount } = snapshot
  const actions = keys.codes[ACTION]!
  const deny = keys.enums.internText('Deny')
  const ofFlow = signatures.ofFlows()
  let first: Float64Array | null = null
  return (flow) => {
    if (actions[flow] !== deny) return facts.stagedOf(flow) === 0 ? 0 : WOULD_CHANGE
    if (newSince === null) return DENIAL
    first ??= firstRecords(signatures, all, flowCount)
    return first[ofFlow[flow]!]! >= newSince ? NEW_DENIAL : DENIAL
  }
}
