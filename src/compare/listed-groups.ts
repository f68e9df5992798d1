/** How many groups of a comparison are listed, and in which parts they come to the page. */
import { type ComparedGroup, type Comparison, type Section, SECTIONS } from './comparison.ts'
import { shownCount } from './comparison-words.ts'

/** Groups of a section that are listed; more are counted. Each takes memory in the worker as long as the answer is shown. */
export const MAX_LISTED_GROUPS = 20_000
/** Groups of a section that the page gets at a time: the first ones with the answer, the others as they are scrolled to. */
export const PART_GROUPS = 100

export type GroupLists = Readonly<Record<Section, readonly ComparedGroup[]>>

/** The groups by section, in their order. */
export function groupLists({ groups }: Pick<Comparison, 'groups'>): GroupLists {
  const lists = Object.fromEntries(SECTIONS.map((section) => [section, []])) as unknown as Record<
    Section,
    ComparedGroup[]
  >
  for (const group of groups) lists[group.section].push(group)
  return lists
}

/** The greatest count of all groups as it is shown, and at least 1: a bar of full length. */
export function greatestCount(comparison: Comparison): number {
  let greatest = 1
  for (const group of comparison.groups) {
    for (const side of ['a', 'b'] as const)
      greatest = Math.max(greatest, shownCount(comparison, group, side) ?? 0)
  }
  return greatest
}
