import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { Collector } from '../collect.ts'
import { protojsonFlow, whiskerRecord } from '../testing/samples.ts'
import { TextSplitter } from './text-splitter.ts'
import { Utf8Splitter } from './utf8-splitter.ts'

/** Lines of two keys that come again and again, with what stands before and after records in real files. */
const known = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '',
      ' ',
      'data: ',
      'data:',
      '[pod/x] ',
      'é ',
      '2026-11-02T10:00:00Z stdout F ',
      'id: 7 ',
      'x {y ',
      'calico IN= SRC= ',
      '7 calico IN= SRC= ',
      '\x01 ',
    ),
    fc.boolean(),
    fc.nat(9999),
    fc.constantFrom('', '', '', ',', ' ,', '\r', ' x', '}', 'é'),
  )
  .map(([before, isWhisker, count, after]) => {
    const record = isWhisker
      ? { ...whiskerRecord(1), packets_in: count }
      : { ...protojsonFlow(2), bytesIn: String(count), startTime: '1800000000' }
    return before + JSON.stringify(record) + after
  })
const noise = fc.constantFrom(
  '',
  '[',
  ']',
  '{',
  '{"total":{"totalResults":2},"items":[',
  ']}',
  '"beside": 1,',
  'not a record',
  '{"broken": ',
  'error: x',
  'event: y',
  '- Time=x Reporter=Src',
  '\uFEFF',
)
const anyFile = fc
  .array(fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: noise }), { maxLength: 14 })
  .map((lines) => lines.join('\n'))

test('what is known by its bytes is read, placed and counted as if all of it were parsed, however it is cut', () => {
  fc.assert(
    fc.property(anyFile, fc.array(fc.nat(4000), { maxLength: 6 }), fc.boolean(), (file, places, marked) => {
      const parsed = new Collector(1000)
      const plain = new TextSplitter()
      for (const piece of plain.feed(file, false)) parsed.addPiece(piece)
      for (const piece of plain.feed('', true)) parsed.addPiece(piece)

      const cached = new Collector(1000)
      const splitter = new Utf8Splitter(cached.lineCache)
      const bytes = new TextEncoder().encode((marked ? '\uFEFF' : '') + file)
      const cuts = [
        0,
        ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
        bytes.length,
      ]
      for (const [i, from] of cuts.entries()) {
        const to = cuts[i + 1]
        for (const piece of splitter.feed(bytes.subarray(from, to ?? from), to === undefined)) {
          cached.addPiece(piece)
        }
      }
      expect(cached.take(0)).toEqual(parsed.take(0))
    }),
    { numRuns: 1000 },
  )
})
