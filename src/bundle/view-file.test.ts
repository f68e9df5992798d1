import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COLUMNS } from '../flows/column.ts'
import { MAX_NOTES_LENGTH } from './bundle-files.ts'
import { type BundleView, parseViewFile, writeViewFile } from './view-file.ts'

const IDS = COLUMNS.map(({ id }) => id)
const VIEW: BundleView = {
  tool: 'flowtrace 1.2.3',
  view: '?q=action+%3D+Deny&open=g1',
  columns: { order: IDS, hidden: ['port'], kept: ['bytes'] },
  notes: 'Since 22:15.\nNothing helped.',
}

function changed(change: Readonly<Record<string, unknown>>) {
  return parseViewFile(JSON.stringify({ ...JSON.parse(writeViewFile(VIEW)), ...change }))
}

describe('view.json', () => {
  test('reads as it was written', () => {
    const columns = fc.record({
      order: fc.shuffledSubarray(IDS, { minLength: IDS.length }),
      hidden: fc.subarray(IDS),
      kept: fc.subarray(IDS),
    })
    const text = fc.string({ unit: 'grapheme', maxLength: 30 })
    const anyView = fc.record({ tool: text, view: text, columns: fc.option(columns), notes: text })
    fc.assert(
      fc.property(anyView, (view) => {
        expect(parseViewFile(writeViewFile(view))).toEqual({ ...view, isOurs: true, problems: [] })
      }),
    )
  })

  test('never throws, and says what it could not read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { isOurs, view, problems } = parseViewFile(text)
        expect([isOurs, view, problems.length]).toEqual([false, null, 1])
      }),
    )
  })

  test.each([
    [{ version: 2 }, 'view.json: version 2 is newer than this Flowtrace, which reads 1'],
    [{ version: '1' }, 'view.json: version "1" is none; this Flowtrace reads 1'],
    [{ view: 7 }, 'view.json: view: 7 is no text'],
    [{ view: undefined }, 'view.json: view: is missing'],
    [{ columns: [] }, 'view.json: columns.order: is missing'],
    [
      { columns: { order: IDS, hidden: ['src', 'x'], kept: [] } },
      'view.json: columns.hidden[0]: there is no column "src"',
    ],
    [{ columns: { order: IDS, hidden: [], kept: 'bytes' } }, 'view.json: columns.kept: "bytes" is no list'],
  ])('with %o names the place', (change, problem) => {
    expect(changed(change).problems).toContain(problem)
  })

  test('keeps the members that can be read, and ignores those that it does not know', () => {
    const { view, columns, notes, problems } = changed({ columns: null, view: 1, policies: [] })
    expect({ view, columns, notes }).toEqual({ view: null, columns: null, notes: VIEW.notes })
    expect(problems).toHaveLength(1)
  })

  test('of a version to come reads nothing, but is of ours', () => {
    expect(changed({ version: 9 })).toMatchObject({ isOurs: true, view: null, columns: null, notes: '' })
  })

  test('has columns that it does not know of last', () => {
    const { columns } = changed({ columns: { order: ['seen', 'action'], hidden: [], kept: [] } })
    expect(columns?.order.slice(0, 2)).toEqual(['seen', 'action'])
    expect(columns?.order.toSorted()).toEqual(IDS.toSorted())
  })

  test('with very long notes has their beginning, and says so', () => {
    const { notes, problems } = changed({ notes: 'x'.repeat(MAX_NOTES_LENGTH + 1) })
    expect(notes).toHaveLength(MAX_NOTES_LENGTH)
    expect(problems).toEqual([
      `view.json: notes: cut after ${MAX_NOTES_LENGTH} of ${MAX_NOTES_LENGTH + 1} characters`,
    ])
  })

  test('is not misled by members of the prototype', () => {
    const { problems } = parseViewFile('{"__proto__": {"format": "flowtrace-bundle", "version": 1}}')
    expect(problems).toEqual(['view.json: format is not "flowtrace-bundle"'])
  })
})
