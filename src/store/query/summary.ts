/** What deserves attention among the groups that match, in numbers and as rows. */
import { ensure, unreachable } from '../../lib/assert.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Finding, Scan, Summary } from '../protocol.ts'
import { attentionLevels, LEVELS, type StagedCounts, stagedCounts, stagedOf } from './attention.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import { RollUpSums } from '../keys/roll-up-sums.ts'
import { Scans } from './scans.ts'
import { type RowOptions, windowRows } from './window-rows.ts'

const ACTION = partIndex('action')

interface MatchedGroups {
  /** A match of groups. */
  readonly match: Match
  readonly options: RowOptions
}

/** What is counted about a group. */
class GroupFindings {
  readonly sets: NonNullable<Match['sets']>
  readonly #levels: Uint8Array
  readonly #staged: StagedCounts
  readonly #scans: Scans
  readonly #actions: Uint32Array
  readonly #deny: number
  readonly #isDenied: (group: number) => boolean

  constructor({ match, options }: MatchedGroups) {
    const { context, request, all } = options
    const { keys } = context.snapshot
    this.sets = ensure(match.sets, 'a match of groups has sums of groups')
    const { rollUp } = this.sets
    this.#levels = attentionLevels(match, request.newSince, all, context)
    this.#staged = stagedCounts(match, context)
    this.#scans = new Scans(match, context, new Uint8Array(rollUp.count).fill(1))
    this.#actions = keys.codes[ACTION]!
    this.#deny = keys.enums.internText('Deny')
    this.#isDenied = (group) => this.#actions[rollUp.exampleOf(group)] === this.#deny
  }

  scanOf(group: number): Scan | null {
    return this.#scans.ofGroup(group)
  }

  is(group: number, finding: Finding): boolean {
    switch (finding) {
      case 'new-denial':
        return LEVELS[this.#levels[group]!] === 'new-denial'
      case 'denial':
        return this.#isDenied(group)
      case 'would-break':
        return !this.#isDenied(group) && this.#stagedTo(group) === 'Deny'
      case 'would-allow':
        return this.#isDenied(group) && this.#stagedTo(group) === 'Allow'
      case 'scan':
        return this.scanOf(group) !== null
      default:
        return unreachable(finding, 'finding')
    }
  }

  #stagedTo(group: number): 'Allow' | 'Deny' | undefined {
    return stagedOf(this.#staged.allow[group]!, this.#staged.deny[group]!, this.sets.sums.keys[group]!)?.to
  }

  /** The groups that have matching records. */
  *groups(): Generator<number> {
    for (const [group, keys] of this.sets.sums.keys.entries()) if (keys > 0) yield group
  }
}

/** The groups that are counted as a finding. */
export function groupsFound(matched: MatchedGroups, only: Finding): Uint32Array {
  const findings = new GroupFindings(matched)
  return Uint32Array.from([...findings.groups()].filter((group) => findings.is(group, only)))
}

export function summaryOf(matched: MatchedGroups): Summary {
  const findings = new GroupFindings(matched)
  const { source, destination } = findings.sets.rollUp.nameRanks()
  const counts: Record<Exclude<Finding, 'denial'>, number> = {
    'new-denial': 0,
    'would-break': 0,
    'would-allow': 0,
    scan: 0,
  }
  const deniedPairs = new Set<number>()
  let greatest = { group: -1, size: 0 }
  for (const group of findings.groups()) {
    for (const finding of ['new-denial', 'would-break', 'would-allow', 'scan'] as const)
      if (findings.is(group, finding)) counts[finding]++
    if (findings.is(group, 'denial')) deniedPairs.add(source[group]! * 2 ** 26 + destination[group]!)
    const scan = findings.scanOf(group)
    const size = scan === null ? 0 : Math.max(scan.ports, scan.destinations)
    if (size > greatest.size) greatest = { group, size }
  }
  const [scan = null] =
    greatest.group < 0 ? [] : windowRows(matched.match, Uint32Array.of(greatest.group), matched.options)
  return {
    newDenials: counts['new-denial'],
    deniedPairs: deniedPairs.size,
    wouldBreak: counts['would-break'],
    wouldAllow: counts['would-allow'],
    scans: counts.scan,
    scan,
  }
}

/** A match of groups narrowed to some of them. */
export function keepOnly(
  { flows, sets }: Match,
  groups: Uint32Array,
  { snapshot }: QueryContext,
): Pick<Match, 'flows' | 'sets'> {
  const { rollUp } = ensure(sets, 'a match of groups has sums of groups')
  const kept = new Uint8Array(rollUp.count)
  for (const group of groups) kept[group] = 1
  const ofFlow = rollUp.ofFlows()
  const bits = ensure(flows, 'a match of groups has flows').map((bit, flow) => bit & kept[ofFlow[flow]!]!)
  return { flows: bits, sets: { rollUp, sums: new RollUpSums(snapshot.keys, rollUp, snapshot.sums, bits) } }
}
