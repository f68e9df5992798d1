import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { felixRecord } from './testing/felix-samples.ts'
import { hubbleEnvelope, kernelLine, netObservLine, nodeText } from './testing/foreign-samples.ts'
import { goJsonFlow, line, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'
import { WRAPPERS } from './testing/wrap.ts'

const names = (flows: readonly { key: { destName: string } }[]) => flows.map(({ key }) => key.destName)
const records = [whiskerRecord(1), protojsonFlow(2), goJsonFlow(), whiskerRecord(3)]
const lines = records.map((record) => JSON.stringify(record))
const wrappers = Object.entries(WRAPPERS)
/** A wrapper that is put around each line, so that another one can go around it. */
const lineWrappers = wrappers.filter(([name]) => !/answer|OTLP|HAR|Grafana/.test(name))
const textWrappers = wrappers.filter(
  ([name]) => name !== 'key-value bodies of OTLP' && !/\{…\}|HEC/.test(name),
)

describe('records inside other things', () => {
  test.each(wrappers)('are read as they would be alone: %s', async (_name, wrap) => {
    const alone = await readAll(`${lines.join('\n')}\n`)
    const { flows, refused, format } = await readAll(`${wrap(lines)}\n`)
    expect(flows).toEqual(alone.flows)
    expect(refused).toBe(0)
    expect(format).toBe(alone.format)
  })

  test('are read in two wrappers, however the file is cut into chunks', async () => {
    const alone = await readAll(lines.join('\n'))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...lineWrappers),
        fc.constantFrom(...textWrappers),
        fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 8 }),
        async ([inside, wrapInside], [around, wrapAround], lengths) => {
          const text = wrapAround(wrapInside(lines).split('\n'))
          const { flows, refusals } = await readAll(text, lengths)
          expect([inside, around, flows]).toEqual([inside, around, alone.flows])
          expect(refusals).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })

  test('are found in whatever damage to a Loki answer, but for the entries that it touched', async () => {
    const numbers = Array.from({ length: 6 }, (_, i) => i)
    const entries = numbers.map((number) => JSON.stringify(whiskerRecord(number)))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('a Loki answer', 'text bodies of OTLP', 'a HAR'),
        fc.nat(),
        fc.constantFrom('', 'x', '\u0001', '}', ',', ':'),
        fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 4 }),
        async (name, where, put, lengths) => {
          const whole = WRAPPERS[name]!(entries)
          const first = whole.indexOf('api-0-*')
          const at = first + (where % (whole.lastIndexOf('api-5-*') - first))
          const { flows, refused } = await readAll(whole.slice(0, at) + put + whole.slice(at + 1), lengths)
          const found = new Set(names(flows))
          // One character touches the entry that it is in, and the one behind it when it was between the two.
          const lost = numbers.filter((number) => !found.has(`api-${number}-*`))
          expect([name, lost.length <= 2, flows.length === 6 || refused > 0]).toEqual([name, true, true])
          expect(lost.every((number, i) => i === 0 || number === lost[i - 1]! + 1)).toBe(true)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of an answer that was cut off are read up to the cut', async () => {
    for (const name of ['a Loki answer', 'a pretty Loki answer', 'text bodies of OTLP', 'a HAR']) {
      const whole = WRAPPERS[name]!([1, 2, 3].map((number) => JSON.stringify(whiskerRecord(number))))
      const { flows, refusals } = await readAll(whole.slice(0, whole.indexOf('api-3-*')))
      expect([name, names(flows)]).toEqual([name, ['api-1-*', 'api-2-*']])
      expect(refusals).toMatchObject([{ reason: expect.stringMatching(/^The file was cut off/) }])
    }
  })
})

describe('flows of other programs inside other things', () => {
  const others = [felixRecord(1), hubbleEnvelope(2), netObservLine(3)].map((record) => JSON.stringify(record))

  test.each(wrappers)('are read as they would be alone: %s', async (_name, wrap) => {
    const alone = await readAll(others.join('\n'))
    expect(alone.flows.length).toBe(3)
    const { flows, refusals, format } = await readAll(`${wrap(others)}\n`)
    expect(refusals).toEqual([])
    expect(flows).toEqual(alone.flows)
    expect(format).toBe(alone.format)
  })

  test.each(['a Loki answer', 'text bodies of OTLP', 'a HAR', '{"log":"…"}', 'journalctl -o json'])(
    'are read in %s when they are text',
    async (name) => {
      const alone = await readAll(`${kernelLine()}\n${nodeText()}`)
      expect(alone.flows.length).toBe(2)
      const { flows, refusals } = await readAll(WRAPPERS[name]!([kernelLine(), nodeText()]))
      expect(refusals).toEqual([])
      expect(flows).toEqual(alone.flows)
    },
  )

  test('are found behind a broken entry when they are text', async () => {
    const text = WRAPPERS['a Loki answer']!([lines[0]!, kernelLine(), kernelLine(2)])
    const { flows, refused } = await readAll(text.replace('","{', '"x,"{'))
    expect(names(flows)).toEqual(['10.1.0.1', '10.1.0.2'])
    expect(refused).toBe(1)
  })
})

describe('what is refused inside other things', () => {
  const broken = '{"start_time": oops}'

  test('has the line of the file, and shows what stands inside', async () => {
    const { flows, refusals } = await readAll(
      `${line({ log: lines[0] })}${line({ log: broken })}${line({ log: lines[3] })}`,
    )
    expect(names(flows)).toEqual(['api-1-*', 'api-3-*'])
    expect(refusals).toEqual([{ line: 2, column: 8, reason: 'oops is not a JSON value', excerpt: broken }])
  })

  test('has the line of its entry in a pretty answer', async () => {
    const text = WRAPPERS['a pretty Loki answer']!([lines[0]!, 'GET /healthz', broken])
    const at = (part: string) => text.split('\n').findIndex((row) => row.includes(part)) + 1
    const { refusals } = await readAll(text)
    expect(refusals.map((refusal) => [refusal.line, refusal.reason])).toEqual([
      [at('healthz'), 'This line is not a record: there is no JSON in it'],
      [at('oops'), 'oops is not a JSON value'],
    ])
  })

  test('has the line of the text inside when that has several', async () => {
    const { refusals } = await readAll(line({ log: `${lines[0]}\n${lines[1]}\n${broken}\n` }))
    expect(refusals).toMatchObject([
      { line: 1, reason: 'oops is not a JSON value (line 3 of the text inside)' },
    ])
  })

  test('is a text that was cut off', async () => {
    const { refusals } = await readAll(line({ message: lines[0]!.slice(0, 100) }))
    expect(refusals).toMatchObject([{ reason: 'The text was cut off in the middle of a record, 100 bytes' }])
  })

  test('is a record in more wrappers than anybody uses', async () => {
    const wrapped = [1, 2, 3, 4, 5].reduce((text) => JSON.stringify({ log: text }), lines[0]!)
    const { flows, refusals } = await readAll(wrapped)
    expect(flows).toEqual([])
    expect(refusals).toMatchObject([{ line: 1, reason: 'A record inside more than 4 other things' }])
  })

  test('is each answer of a recording without flows, counted once', async () => {
    const har = WRAPPERS['a HAR']!(['<!doctype html>{}', lines[0]!, '{"notices":[]}'])
    const { flows, refusals, refused } = await readAll(har)
    expect(names(flows)).toEqual(['api-1-*'])
    expect(refused).toBe(2)
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'This answer in a browser recording (HAR) holds no flows',
      'This answer in a browser recording (HAR) holds no flows. In all 2 were left out',
    ])
  })

  test('names the program of a foreign record', async () => {
    const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'Pod' })
    const { refusals } = await readAll(line({ MESSAGE: manifest }))
    expect(refusals).toMatchObject([{ line: 1, reason: 'This is a Kubernetes manifest, not a flow' }])
  })

  test('is an event of Hubble that another entry holds already', async () => {
    const event = JSON.stringify(hubbleEnvelope())
    const { flows, refusals } = await readAll(line({ log: event }) + line({ log: event }))
    expect(flows.length).toBe(1)
    expect(refusals).toMatchObject([
      { line: 2, column: 8, reason: expect.stringContaining('the uuid of another') },
    ])
  })

  test('does not reach the prototype of a key-value body', async () => {
    const body = { kvlistValue: { values: [{ key: '__proto__', value: { kvlistValue: { values: [] } } }] } }
    const { refused } = await readAll(line({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body }] }] }] }))
    expect(refused).toBe(1)
  })
})
