/** The groups of the comparison that a page shows, kept to be sent as the reader scrolls to them. */
import type { Comparison, Section } from '../../compare/comparison.ts'
import {
  greatestCount,
  type GroupLists,
  MAX_LISTED_GROUPS,
  PART_GROUPS,
} from '../../compare/listed-groups.ts'
import { refusal } from '../../source/trouble.ts'
import type { CompareAnswer, GroupsAnswer, GroupsQuestion } from '../compare-messages.ts'

interface KeptLists {
  /** The name of the question that they answer. */
  readonly of: string
  readonly lists: GroupLists
}

/** By session: a page shows one comparison. */
const kept = new WeakMap<object, KeptLists>()

type Sent = Pick<Extract<CompareAnswer, { ok: true }>, 'comparison' | 'sizes' | 'greatest'>

/** What of a comparison is sent at once: the first groups of each section, and the sizes of all. */
export function firstOf(comparison: Comparison, lists: GroupLists): Sent {
  const sizes = Object.fromEntries(
    Object.entries(lists).map(([section, groups]) => [section, groups.length]),
  ) as Record<Section, number>
  const groups = Object.values(lists).flatMap((list) => list.slice(0, PART_GROUPS))
  return { sizes, greatest: greatestCount(comparison), comparison: { ...comparison, groups } }
}

/** Keeps the groups of a session's newest comparison in place of those of the one before. */
export function keepLists(session: object, of: string, lists: GroupLists): void {
  const bounded = Object.fromEntries(
    Object.entries(lists).map(([section, groups]) => [section, groups.slice(0, MAX_LISTED_GROUPS)]),
  ) as unknown as GroupLists
  kept.set(session, { of, lists: bounded })
}

/** A part of a section. Throws a TroubleError where another comparison was made since. */
export function answerGroups(session: object, { of, section, from }: GroupsQuestion): GroupsAnswer {
  const held = kept.get(session)
  if (held?.of !== of) throw refusal('Another comparison was made since: compare again.')
  return { ok: true, groups: held.lists[section].slice(from, from + PART_GROUPS) }
}
