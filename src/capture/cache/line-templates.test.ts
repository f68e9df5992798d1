import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ByteCache } from '../../lib/byte-cache.ts'
import { felixRecord } from '../testing/felix-samples.ts'
import { goJsonFlow, protojsonFlow, whiskerRecord } from '../testing/samples.ts'
import { LineMembers } from './line-members.ts'
import { LineTemplates } from './line-templates.ts'

const BASES = [
  whiskerRecord(1),
  whiskerRecord(2),
  { ...protojsonFlow(1), destLabels: ['app=db'] },
  protojsonFlow(2),
  goJsonFlow(),
  { flow: protojsonFlow(1), more: 'behind' },
  felixRecord(1),
  felixRecord(2, { num_flows: null }),
].map((record) => JSON.stringify(record))

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The search, and the templates of the same lines; the value of a line is its index among the bases. */
class Both {
  readonly searched = new LineMembers()
  readonly found = new LineMembers()
  readonly #cache = new ByteCache<number>()
  readonly #templates = new LineTemplates<number>(this.found)

  constructor(lines: readonly string[]) {
    for (const [index, line] of lines.entries()) {
      const bytes = encode(line)
      this.searched.cut(bytes, 0, bytes.length, this.#cache)
      if (this.#cache.find() === undefined)
        this.#templates.add(bytes, 0, bytes.length, this.#cache.put(index), index)
    }
  }

  search(bytes: Uint8Array, begin: number, end: number): number | undefined {
    return this.searched.cut(bytes, begin, end, this.#cache) ? this.#cache.find() : undefined
  }

  find(bytes: Uint8Array, begin: number, end: number): number | undefined {
    return this.#templates.find(bytes, begin, end)
  }
}

/** What is in the place of a number or time: mostly what can stand there. */
const value = fc.oneof(
  { weight: 20, arbitrary: fc.nat().map(String) },
  { weight: 20, arbitrary: fc.nat().map((number) => `"${number}"`) },
  fc.constantFrom('null', '"2026-11-22T10:00:00Z"', '0', '-1', '{}', '"', '', '1,"bytesIn":2', ' 7 '),
)
const VALUES = /(?<="(?:start|end|packets|bytes|numC|num_|tcp_)\w*":)(?:"[^"]*"|[^,}]*)/g

const edited = fc
  .tuple(
    fc.constantFrom(...BASES),
    fc.array(value, { minLength: 1 }),
    fc.option(fc.nat()),
    fc.constantFrom('', '"', ' ', 'x'),
  )
  .map(([base, values, at, text]) => {
    let i = 0
    const line = base.replaceAll(VALUES, () => values[i++ % values.length] ?? '')
    return at === null ? line : line.slice(0, at % line.length) + text + line.slice((at % line.length) + 1)
  })

describe('a template', () => {
  test('finds no line that the search does not find, and gives the same members', () => {
    const both = new Both(BASES)
    let found = 0
    fc.assert(
      fc.property(edited, fc.nat({ max: 9 }), (line, offset) => {
        const bytes = encode(`${'#'.repeat(offset)}${line}\n{"startTime":1}`)
        const end = offset + encode(line).length
        const index = both.find(bytes, offset, end)
        if (index === undefined) return
        found++
        expect(both.search(bytes, offset, end)).toBe(index)
        const { kinds, names, isWhiskers, counts, begins, ends } = both.searched
        for (const [field, kind] of kinds.entries()) {
          expect(both.found.kinds[field]).toBe(kind)
          if (kind === 2) expect(both.found.counts[field]).toBe(counts[field])
          if (kind === 3) expect(both.found.begins[field]).toBe(begins[field])
          if (kind === 3) expect(both.found.ends[field]).toBe(ends[field])
        }
        expect(both.found.names).toEqual(names)
        expect(both.found.isWhiskers).toBe(isWhiskers)
      }),
      { numRuns: 3000 },
    )
    expect(found).toBeGreaterThan(300)
  })

  test('is found for each known line, whatever its numbers are', () => {
    const both = new Both(BASES)
    for (const [index, base] of BASES.entries()) {
      const bytes = encode(base.replaceAll(VALUES, '"4100"'))
      expect(both.find(bytes, 0, bytes.length)).toBe(index)
    }
  })

  test('is not found for a line with a comma where the known line has none, or without one', () => {
    const [base = ''] = BASES
    const both = new Both([base])
    for (const line of [base.replace(/\}$/, ',}'), base.replace(/(?<=end_time":"[^"]*"),/, '')]) {
      expect(line).not.toBe(base)
      const bytes = encode(line)
      expect(both.find(bytes, 0, bytes.length)).toBeUndefined()
    }
  })

  test('is found behind a longer beginning where more than eight begin alike', () => {
    const lines = Array.from({ length: 30 }, (_, i) => {
      const labels = { labels: [`app=${'x'.repeat(250)}`] }
      return JSON.stringify(felixRecord(i + 1, { start_time: 1, end_time: 2, source_labels: labels }))
    })
    const both = new Both(lines)
    for (const [index, line] of lines.entries()) {
      const bytes = encode(line.replace('"start_time":1,', '"start_time":1793613600,'))
      expect(both.find(bytes, 0, bytes.length)).toBe(index)
    }
  })

  test('is not made of a short line, nor of more than eight that begin alike', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `{"name":"${'x'.repeat(400)}${i}","endTime":7}`)
    const both = new Both([...lines, '{"name":"short","endTime":7}'])
    const found = [...lines, '{"name":"short","endTime":7}'].map((line) => {
      const bytes = encode(line)
      return both.find(bytes, 0, bytes.length) ?? null
    })
    expect(found).toEqual([0, 1, 2, 3, 4, 5, 6, 7, null, null, null, null, null])
  })
})
