/** The groups of a comparison that the list shows: those that came with the answer, and the parts that are scrolled to. */
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'

import { type Section, SECTIONS } from '../../compare/comparison.ts'
import { groupLists, PART_GROUPS } from '../../compare/listed-groups.ts'
import { Subscribers } from '../../lib/observable.ts'
import type { GroupsAnswer, GroupsQuestion } from '../../store/compare-messages.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { Compared } from './use-comparison.ts'

type Ask = (question: GroupsQuestion, signal: AbortSignal) => Promise<GroupsAnswer>

/** Parts of a comparison. Parts of the one before are shown until those in their place have come. */
export class GroupParts {
  readonly #ask: Ask
  readonly #subscribers = new Subscribers()
  readonly subscribe: (callback: () => void) => () => void
  #compared: Compared | null = null
  #parts = new Map<string, GroupsAnswer>()
  #before: ReadonlyMap<string, GroupsAnswer> = new Map()
  readonly #asked = new Set<string>()
  #abort = new AbortController()

  constructor(ask: Ask) {
    this.#ask = ask
    this.subscribe = this.#subscribers.subscribe
  }

  /** Takes another answer in place of the one before. */
  take(compared: Compared): void {
    if (this.#compared === compared) return
    this.stop()
    this.#compared = compared
    this.#before = this.#parts
    this.#parts = new Map()
    const lists = groupLists(compared.comparison)
    for (const section of SECTIONS) this.#parts.set(nameOf(section, 0), { ok: true, groups: lists[section] })
    this.#subscribers.notify()
  }

  /** Null while it is on its way, or was not asked for. */
  get(section: Section, part: number): GroupsAnswer | null {
    const name = nameOf(section, part)
    return this.#parts.get(name) ?? this.#before.get(name) ?? null
  }

  /** Asks for a part that is neither here nor on its way. */
  request(section: Section, part: number): void {
    const name = nameOf(section, part)
    if (this.#compared === null || this.#parts.has(name) || this.#asked.has(name)) return
    this.#asked.add(name)
    const { of } = this.#compared
    this.#ask({ about: 'groups', of, section, from: part * PART_GROUPS }, this.#abort.signal).then(
      (answer) => {
        this.#asked.delete(name)
        this.#parts.set(name, answer)
        this.#subscribers.notify()
      },
      // Only an abort rejects: the part is of an answer that is not shown any more.
      () => undefined,
    )
  }

  /** Gives up what is on its way. */
  stop(): void {
    this.#abort.abort()
    this.#abort = new AbortController()
    this.#asked.clear()
  }
}

function nameOf(section: Section, part: number): string {
  return `${section} ${part}`
}

/** The parts of the answer that is shown. */
export function useGroupParts(compared: Compared): GroupParts {
  const { client } = useFlowtrace()
  const [parts] = useState(() => {
    const first = new GroupParts((question, signal) => client.ask(question, signal))
    first.take(compared)
    return first
  })
  useLayoutEffect(() => parts.take(compared), [parts, compared])
  useEffect(() => () => parts.stop(), [parts])
  return parts
}

/** A part of a section, which is asked for once it is wanted; null while it is not here. */
export function useGroupPart(
  parts: GroupParts,
  section: Section,
  part: number,
  isWanted: boolean,
): GroupsAnswer | null {
  const answer = useSyncExternalStore(parts.subscribe, () => parts.get(section, part))
  // After each render: the parts of another answer have to be asked for, too.
  useEffect(() => {
    if (isWanted) parts.request(section, part)
  })
  return answer
}
