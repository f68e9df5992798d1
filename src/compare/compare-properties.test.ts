import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { arbitraryKey } from '../flows/testing/arbitrary-key.ts'
import { buildKey } from '../flows/testing/build.ts'
import { compareSides } from './compare.ts'
import { type ComparedGroup, type Comparison, countOf, type Section, SECTIONS } from './comparison.ts'
import { headlineOf } from './comparison-words.ts'
import { outcomesOf } from './outcomes.ts'
import type { SideTally } from './side-tally.ts'
import { A, buildSide, type SideRecord } from './testing/build-side.ts'

const record: fc.Arbitrary<SideRecord> = fc.record({
  key: fc
    .tuple(arbitraryKey, fc.oneof(fc.constant(80), fc.integer({ min: 80, max: 110 })))
    .map(([key, destPort]) => ({ ...key, destPort })),
  at: fc.integer({ min: 0, max: 119 }).map((bucket) => bucket * 15),
  connections: fc.integer({ min: 0, max: 40 }),
})
const list = fc.array(record, { maxLength: 60 })
const side = list.map((each) => buildSide(A, each))

/** Few conversations, so that most are on both sides, and in several ways. */
const sideOfOnePair = fc
  .array(
    fc.record({
      key: fc
        .record({
          action: fc.constantFrom('Allow', 'Deny'),
          reporter: fc.constantFrom('Src', 'Dst'),
          destPort: fc.integer({ min: 80, max: 82 }),
        })
        .map((key) => buildKey(key)),
      at: fc.constant(0),
      connections: fc.integer({ min: 0, max: 40 }),
    }),
    { maxLength: 8 },
  )
  .map((each) => buildSide(A, each))

const MIRRORED: Readonly<Record<Section, Section>> = {
  flipped: 'flipped',
  'new-denials': 'denials-gone',
  'gone-quiet': 'new-talkers',
  'denials-gone': 'new-denials',
  'new-talkers': 'gone-quiet',
  'more-or-less': 'more-or-less',
}

const mirror = ({ section, a, b, ports, ...group }: ComparedGroup): unknown => ({
  ...group,
  section: MIRRORED[section],
  a: b,
  b: a,
  ports: ports.map((port) => ({ ...port, a: port.b, b: port.a })),
})

const sorted = (groups: readonly unknown[]): readonly string[] =>
  groups.map((group) => JSON.stringify(group, (_, value: unknown) => value)).sort()

const shape = ({ section, ends, ports, beside }: ComparedGroup): unknown => [
  section,
  ends,
  ports,
  beside?.reporter,
]

/** What all outcomes of a side count, told conversation by conversation. */
function countedIn(own: SideTally, other: SideTally, which: 'a' | 'b'): number {
  let sum = 0
  for (const [name, conversation] of own.conversations) {
    const others = other.conversations.get(name)
    const outcomes = which === 'a' ? outcomesOf(conversation, others).a : outcomesOf(others, conversation).b
    for (const { counted } of outcomes) for (const way of counted) sum += way.connections
  }
  return sum
}

function sumOf(comparison: Comparison, which: 'a' | 'b'): number {
  const changed = comparison.groups.map((group) => countOf(comparison, group[which]) ?? 0)
  return changed.reduce((sum, count) => sum + count, comparison.asBefore[which])
}

describe('a comparison', () => {
  it('of a side with itself is empty', () => {
    fc.assert(
      fc.property(side, (a) => {
        expect(compareSides(a, a).groups).toEqual([])
      }),
    )
  })

  it('swaps with its sides', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const there = compareSides(a, b)
        const back = compareSides(b, a)
        expect(sorted(back.groups.map(mirror))).toEqual(
          // As the mirror orders the members.
          sorted(there.groups.map(mirror).map((group) => mirror(group as ComparedGroup))),
        )
        expect(back.asBefore).toEqual({ ...there.asBefore, a: there.asBefore.b, b: there.asBefore.a })
      }),
    )
  })

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [one, other] = [
          compareSides(buildSide(A, a), buildSide(A, b)),
          compareSides(buildSide(A, a.toReversed()), buildSide(A, b.toReversed())),
        ]
        expect(other.groups.map(shape)).toEqual(one.groups.map(shape))
        expect(other.asBefore).toEqual(one.asBefore)
      }),
    )
  })

  it('adds up to what the conversations count', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const comparison = compareSides(a, b)
        expect(sumOf(comparison, 'a')).toBe(countedIn(a, b, 'a'))
        expect(sumOf(comparison, 'b')).toBe(countedIn(b, a, 'b'))
      }),
    )
  })

  it('says of each group in the headline that something changed', () => {
    fc.assert(
      fc.property(sideOfOnePair, sideOfOnePair, (a, b) => {
        const comparison = compareSides(a, b)
        for (const group of comparison.groups) {
          const words = headlineOf({ ...comparison, groups: [group] }).map(({ text }) => text)
          expect(words.join('')).not.toContain('nothing changed')
        }
      }),
    )
  })

  it('has each group in one section, in their order, with its ports once', () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const { groups } = compareSides(a, b)
        const sections = groups.map(({ section }) => SECTIONS.indexOf(section))
        expect(sections).toEqual(sections.toSorted((x, y) => x - y))
        const seen = new Set<string>()
        for (const { ends, ports, a: inA, b: inB, beside } of groups) {
          const how = [inA, inB, beside].map((each) => each && [each.verdict, each.reporter, each.decisions])
          for (const { proto, port } of ports) {
            const name = JSON.stringify([ends, how, proto, port])
            expect(seen).not.toContain(name)
            seen.add(name)
          }
        }
      }),
    )
  })
})
