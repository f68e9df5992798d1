import { describe, expect, it } from 'vitest'

import { buildHit } from '../flows/testing/build.ts'
import { compareSides } from './compare.ts'
import type { Comparison } from './comparison.ts'
import { comparisonMarkdown } from './comparison-markdown.ts'
import { countText, differenceText, footingOf, headlineOf, shownCount } from './comparison-words.ts'
import { A, B, buildSide, records } from './testing/build-side.ts'

type Lists = Parameters<typeof buildSide>[1][]

const compared = (a: Lists, b: Lists): Comparison => compareSides(buildSide(A, ...a), buildSide(B, ...b))
const headline = (comparison: Comparison, where?: string): string =>
  headlineOf(comparison, where)
    .map(({ text }) => text)
    .join('')

const denied = { action: 'Deny' } as const
const egress = buildHit({ name: '09-frontend-egress', ruleIndex: 1 })
const flip = {
  a: records({ policies: { enforced: [egress], pending: [] } }, { count: 15 }),
  b: records(denied, { count: 15 }),
}

describe('the headline', () => {
  it('begins with what is newly denied', () => {
    const b = [flip.b, records({ ...denied, sourceName: 'cron' }), records({ sourceName: 'crawler' })]
    expect(headline(compared([flip.a, records({ sourceName: 'report' })], b), 'After 22:00')).toBe(
      'After 22:00, 2 pairs are newly denied, 1 of them was allowed before; 1 went quiet and 1 is new.',
    )
  })

  it('says pairs where none is denied', () => {
    expect(headline(compared([records({})], []))).toBe('In B, 1 pair went quiet.')
    expect(headline(compared([flip.b], [flip.a]))).toBe('In B, 1 pair is allowed now.')
  })

  it('says what changed in part', () => {
    const [allowed, refused] = [records({}, { count: 15 }), records(denied, { count: 15 })]
    const entering = records({ ...denied, reporter: 'Dst' }, { count: 15 })
    expect(headline(compared([allowed, refused], [allowed]))).toBe('In B, 1 pair is not denied any more.')
    expect(headline(compared([allowed, refused], [refused]))).toBe('In B, 1 pair is not allowed any more.')
    expect(headline(compared([refused], [refused, entering]))).toBe('In B, 1 pair is denied at other ends.')
    expect(headline(compared([refused, entering], [refused]))).toBe('In B, 1 pair is denied at other ends.')
  })

  it('says it shorter where all of them were allowed before', () => {
    const cronDenied = records({ ...denied, sourceName: 'cron' })
    const cron = records({ sourceName: 'cron' })
    expect(headline(compared([flip.a], [flip.b]))).toBe(
      'In B, 1 pair is newly denied, which was allowed before.',
    )
    expect(headline(compared([flip.a, cron], [flip.b, cronDenied]))).toBe(
      'In B, 2 pairs are newly denied, all of them allowed before.',
    )
  })

  it('says that nothing was compared where no record matches', () => {
    const none = compared([], [])
    expect(headline(none)).toBe('Neither A nor B has a record that matches: nothing was compared.')
    expect(footingOf(none)).not.toContain('as before')
  })

  it('says that nothing changed', () => {
    expect(headline(compared([flip.a], [flip.a]))).toBe('In B, nothing changed beyond what is usual.')
  })
})

describe('below the headline', () => {
  it('says what is as before, and what the counts are', () => {
    expect(footingOf(compared([flip.a, records({ destPort: 81 })], [flip.a]))).toBe(
      '1 of 2 groups are as before, within what is usual for them (none has at least 1.5 times as many or as few, at least 10, and more than chance explains). Counts are connections, A and B equally long.',
    )
  })

  it('counts by the hour where the sides are not equally long', () => {
    const hour = { from: A.from, to: A.from + 3600 }
    const comparison = compareSides(buildSide(hour, flip.a), buildSide(B))
    expect(footingOf(comparison)).toContain(
      'Counts are connections per hour, because A and B are not equally long.',
    )
    expect(shownCount(comparison, comparison.groups[0]!, 'a')).toBe(15)
    expect(shownCount(compareSides(buildSide(B, flip.a), buildSide(hour)), comparison.groups[0]!, 'a')).toBe(
      30,
    )
  })
})

it('writes counts and differences', () => {
  expect([null, 0, 3, 2.25, 1234.5].map(countText)).toEqual(['not seen', '0', '3', '2.3', '1,235'])
  expect(differenceText(180, 341)).toBe('+89 %')
  expect(differenceText(3412, 2162)).toBe('−37 %')
  expect(differenceText(1, 45)).toBe('45 times')
  expect([
    differenceText(null, 1),
    differenceText(1, null),
    differenceText(1, 1),
    differenceText(0, 2),
  ]).toEqual(['new', 'gone', 'same', '+2'])
})

it('writes Markdown in which no name is markup', () => {
  const odd = records({ ...denied, destName: 'a|b' })
  const text = comparisonMarkdown(compared([flip.a], [flip.b, odd]), {
    sources: { a: 'lab-1', b: 'lab-1' },
    query: 'src.ns = frontend',
    link: 'http://localhost/?compare=x y',
  })
  expect(text).toContain('### In B, **2 pairs are newly denied**, 1 of them was allowed before.')
  expect(text).toContain('- A: lab-1, 2026-09-21T')
  expect(text).toContain('- View: <http://localhost/?compare=x%20y>')
  expect(text).toContain('| Allowed → Denied leaving | frontend/web → backend/api | tcp 80 | 15 | 15 |')
  expect(text).toContain(String.raw`backend/a\|b`)
})
