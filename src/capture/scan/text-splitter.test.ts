import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyCuts, anyFlow } from '../testing/arbitrary-messages.ts'
import { hubbleEnvelope, kernelLine, netObservLine, nodeText } from '../testing/foreign-samples.ts'
import { protojsonFlow, readAll, whiskerRecord } from '../testing/samples.ts'
import { writeFlow } from '../write.ts'

const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

/** A text with one character replaced, removed or added. */
const edited = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat({ max: text.length - 1 }),
      fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', 'x', '0', '\n'),
      fc.boolean(),
    )
    .map(([at, put, replaces]) => text.slice(0, at) + put + text.slice(replaces ? at + 1 : at))

const cut = (text: string): fc.Arbitrary<string> =>
  fc.nat({ max: text.length }).map((length) => text.slice(0, length))

/** Records whose number is 0 are broken or noise; whole ones have a number of their own from 1000 on. */
const whisker = whiskerRecord(0)
const noise = fc.oneof(
  edited(JSON.stringify(whisker)),
  edited(pretty(protojsonFlow(0))),
  cut(JSON.stringify(whisker)),
  cut(pretty(whisker)),
  cut(pretty({ total: { totalPages: 1 }, items: [whisker, whisker] })),
  edited(`data: ${JSON.stringify(whisker)}`),
  edited(JSON.stringify(hubbleEnvelope(0))),
  edited(kernelLine(0)),
  edited(nodeText(0)),
  cut(nodeText(0)),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', ' ', '\\', 'a', '1', '\uFEFF') }),
  fc.constantFrom(
    'error: x',
    ': x',
    'data:',
    '',
    '- Time=x Reporter=Src',
    '{"items":',
    '{"hits":{',
    '[',
    ']}',
    '"a":',
  ),
)

const whole = fc.constantFrom(
  (number: number) => JSON.stringify(whiskerRecord(number)),
  (number: number) => pretty(whiskerRecord(number)),
  (number: number) => JSON.stringify(protojsonFlow(number)),
  (number: number) => pretty({ id: '1', flow: protojsonFlow(number) }),
  (number: number) => `data: ${JSON.stringify(whiskerRecord(number))}`,
  (number: number) => JSON.stringify(hubbleEnvelope(number)),
  (number: number) => pretty(hubbleEnvelope(number)),
  (number: number) => JSON.stringify(netObservLine(number)),
  (number: number) => kernelLine().replace('10.1.0.1', `fe80::${number}`),
  // Not one that begins with its uptime in brackets: behind a cut `"items":` that is the beginning of a list as well.
  (number: number) =>
    `  kernel: [   12.5] ${kernelLine(1, 'calico-packet: ').replace('10.1.0.1', `fe80::${number}`)}`,
  nodeText,
)

/** A file of whole records with noise between them, each beginning on a line of its own. */
const noisy = fc
  .array(
    fc.oneof(
      noise.map((text) => ({ text, whole: undefined })),
      whole.map((print) => ({ text: '', whole: print })),
    ),
    { maxLength: 12 },
  )
  .map((parts) => {
    const numbers: number[] = []
    const lines = parts.map((part, i) => {
      if (part.whole === undefined) return part.text
      numbers.push(1000 + i)
      return part.whole(1000 + i)
    })
    return { text: lines.join('\n'), numbers }
  })

const numbersOf = (flows: readonly { key: { destName: string } }[]): number[] =>
  flows.map(({ key }) => Number(/\d{4}/.exec(key.destName)?.[0])).filter((number) => number >= 1000)

describe('splitting a capture into records', () => {
  test('gives the same flows and refusals however the file is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(noisy, anyCuts, async ({ text }, cuts) => {
        const [inOne, inPieces] = [await readAll(text), await readAll(text, cuts)]
        expect(inPieces.flows).toEqual(inOne.flows)
        expect(inPieces.refusals).toEqual(inOne.refusals)
        expect(inPieces.refused).toBe(inOne.refused)
      }),
      { numRuns: 500 },
    )
  })

  test('finds every whole record in whatever noise', async () => {
    await fc.assert(
      fc.asyncProperty(noisy, async ({ text, numbers }) => {
        expect(numbersOf((await readAll(text)).flows)).toEqual(numbers)
      }),
      { numRuns: 1000 },
    )
  })

  test('finds the record that the one before it, cut off behind a colon, would take for its value', async () => {
    const list = JSON.stringify({ items: [whiskerRecord(1000)] }, null, 2)
    const before = list.slice(0, list.indexOf('"protocol":') + '"protocol":'.length)
    const line = JSON.stringify(whiskerRecord(1001))
    const { flows, refusals } = await readAll(`${before}\n${line}\n}`)
    expect(numbersOf(flows)).toEqual([1001])
    expect(refusals).toHaveLength(1)
    expect(refusals[0]).toMatchObject({ line: before.split('\n').length + 1, column: 1 })
    expect(refusals[0]?.reason).toBe('Another record begins in the middle of this one')
  })

  test('says of every file with something broken in it that there was', async () => {
    await fc.assert(
      fc.asyncProperty(cut(JSON.stringify(whisker)), async (text) => {
        const { flows, refused } = await readAll(text)
        expect(flows.length + refused).toBe(text === '' ? 0 : 1)
      }),
    )
  })

  test('loses only the record of a one-line list in which a character is wrong', async () => {
    const around = [1001, 1002, 1003, 1004].map((number) => JSON.stringify(whiskerRecord(number)))
    await fc.assert(
      fc.asyncProperty(edited(JSON.stringify(whisker)), async (broken) => {
        const list = `{"total":{"totalPages":1},"items":[${[around[0], around[1], broken, around[2], around[3]].join(',')}]}`
        expect(numbersOf((await readAll(list)).flows)).toEqual([1001, 1002, 1003, 1004])
      }),
      { numRuns: 1000 },
    )
  })

  test('keeps every whole record of a pretty list that is cut anywhere', async () => {
    const records = [1001, 1002, 1003].map((number) => whiskerRecord(number))
    const list = pretty({ total: { totalPages: 1 }, items: records })
    const ends = records.map(
      (_, i) => list.indexOf('\n    }', i === 0 ? 0 : list.indexOf(`api-${1001 + i}`)) + 6,
    )
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: list.length - 1 }), async (length) => {
        const { flows, refused } = await readAll(list.slice(0, length))
        expect(numbersOf(flows).length).toBe(ends.filter((end) => end <= length).length)
        expect(refused).toBe(length === 0 ? 0 : 1)
      }),
    )
  })

  test('reads flows of any content in any layout', async () => {
    const layouts: ((lines: readonly string[]) => string)[] = [
      (lines) => lines.join('\n'),
      (lines) => lines.map((text) => pretty(JSON.parse(text))).join('\n'),
      (lines) => `[${lines.join(',')}]`,
      (lines) => pretty({ flows: lines.map((text): unknown => ({ flow: JSON.parse(text) })) }),
      (lines) => lines.map((text) => `data: ${text}\r\n\r\n`).join(''),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFlow, { maxLength: 4 }),
        fc.constantFrom(...layouts),
        anyCuts,
        async (flows, layout, cuts) => {
          const result = await readAll(layout(flows.map(writeFlow)), cuts)
          expect(result.refusals).toEqual([])
          expect(result.flows).toEqual(flows)
        },
      ),
    )
  })
})
