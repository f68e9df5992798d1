/**
 * Finds which of many selectors may match some labels without asking each: nearly all of them need a label with one of a few
 * values, and are looked up by it.
 */
import { matchPartly, type PartialLabels } from './match.ts'
import type { Selector } from './selector.ts'

/** What labels have for a selector to match: a label with one of the values, or with any where they are null. */
interface Requirement {
  readonly label: string
  readonly values: readonly string[] | null
}

interface LabelEntries {
  /** Positions of the selectors that need the label with any value. */
  readonly present: number[]
  readonly byValue: Map<string, number[]>
}

export class SelectorIndex {
  readonly #selectors: readonly Selector[]
  /** Positions of the selectors that need no label. */
  readonly #always: number[] = []
  readonly #labels = new Map<string, LabelEntries>()

  constructor(selectors: readonly Selector[]) {
    this.#selectors = selectors
    const requirements = selectors.map(requirementsOf)
    const counts = countsOf(requirements)
    for (const [position, own] of requirements.entries()) {
      const rarest = own.toSorted((a, b) => rarity(a, counts) - rarity(b, counts))[0]
      if (rarest === undefined) this.#always.push(position)
      else this.#add(position, rarest)
    }
  }

  #add(position: number, { label, values }: Requirement): void {
    let entries = this.#labels.get(label)
    if (entries === undefined) {
      entries = { present: [], byValue: new Map() }
      this.#labels.set(label, entries)
    }
    if (values === null) entries.present.push(position)
    else
      for (const value of new Set(values)) {
        const positions = entries.byValue.get(value)
        if (positions === undefined) entries.byValue.set(value, [position])
        else positions.push(position)
      }
  }

  /** The positions, ascending, of all selectors that match or may match; the others do not match for certain. */
  candidates(labels: PartialLabels): readonly number[] {
    const positions = [...this.#always]
    for (const [label, { present, byValue }] of this.#labels) {
      const value = labels(label)
      if (value === null) continue
      append(positions, present)
      if (value === undefined) for (const some of byValue.values()) append(positions, some)
      else append(positions, byValue.get(value) ?? NONE)
    }
    return sortedOnce(positions)
  }

  /** The positions of the selectors that do not certainly fail, each with whether it matches for certain. */
  matches(labels: PartialLabels): readonly { readonly position: number; readonly isCertain: boolean }[] {
    const matching: { position: number; isCertain: boolean }[] = []
    for (const position of this.candidates(labels)) {
      const selector = this.#selectors[position]
      const matches = selector !== undefined && matchPartly(selector, labels)
      if (matches !== false) matching.push({ position, isCertain: matches === true })
    }
    return matching
  }
}

const NONE: readonly number[] = []

/** Unlike a call with the items as arguments, for any number of them. */
function append(list: number[], items: readonly number[]): void {
  for (const item of items) list.push(item)
}

/** Ascending, in place. A selector may stand at several values of a label that is not known. */
function sortedOnce(positions: number[]): readonly number[] {
  positions.sort((a, b) => a - b)
  let count = 0
  for (const position of positions)
    if (count === 0 || positions[count - 1] !== position) positions[count++] = position
  positions.length = count
  return positions
}

/** Each of them is necessary. */
function requirementsOf(selector: Selector): readonly Requirement[] {
  switch (selector.is) {
    case 'has':
      return [{ label: selector.label, values: null }]
    case 'compare':
      if (selector.operator === '!=') return []
      return [{ label: selector.label, values: selector.operator === '==' ? [selector.value] : null }]
    case 'set':
      return selector.operator === 'in' ? [{ label: selector.label, values: selector.values }] : []
    case 'and':
      return selector.operands.flatMap(requirementsOf)
    case 'or':
      return commonRequirement(selector.operands.map(requirementsOf))
    case 'all':
    case 'global':
    case 'not':
    default:
      return []
  }
}

/** What at least one operand needs, where all of them need the same label. */
function commonRequirement(operands: readonly (readonly Requirement[])[]): readonly Requirement[] {
  const [first = [], ...others] = operands
  const common = first.find(({ label }) => others.every((own) => own.some((each) => each.label === label)))
  if (common === undefined) return []
  const own = operands.map((each) => each.find(({ label }) => label === common.label)?.values ?? null)
  const values = own.includes(null) ? null : own.flatMap((each) => each ?? [])
  return [{ label: common.label, values }]
}

/** How many selectors need each label, and each of its values. */
function countsOf(requirements: readonly (readonly Requirement[])[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { label, values } of requirements.flat())
    for (const key of values?.map((value) => keyOf(label, value)) ?? [label])
      counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

/** Labels have no `=`. */
function keyOf(label: string, value: string): string {
  return `${label}=${value}`
}

/** The fewer selectors share a requirement, the fewer are asked in vain; any value is shared by more than one. */
function rarity({ label, values }: Requirement, counts: ReadonlyMap<string, number>): number {
  if (values === null) return 1_000_000 + (counts.get(label) ?? 0)
  return values.reduce((sum, value) => sum + (counts.get(keyOf(label, value)) ?? 0), 0)
}
