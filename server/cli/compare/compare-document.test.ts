import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { SECTIONS } from '../../../src/compare/comparison.ts'
import { SECTION_WORDS } from '../../../src/compare/comparison-words.ts'
import { MIN_COUNT, MIN_RATIO } from '../../../src/compare/noise.ts'
import { MAX_WAYS } from '../../../src/compare/side-tally.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { formatCount } from '../../../src/lib/format.ts'
import { compareText } from '../../testing/compare-text.ts'

const text = readFileSync(new URL('../../../docs/compare.md', import.meta.url), 'utf8')

test('the sections are those of the document, in its order', () => {
  const rows = [...text.matchAll(/^\| ([A-Z][a-z ]+) \| `([a-z-]+)` \|/gm)]
  expect(rows.map(([, name, word]) => [name, word])).toEqual(
    SECTIONS.map((section) => [SECTION_WORDS[section].name, section]),
  )
})

test('the numbers of the rules are those of the document', () => {
  expect(text).toContain(
    `at least ${MIN_RATIO} times as much or as little, at least ${MIN_COUNT} on one side`,
  )
  expect(text).toContain(`at most ${formatCount(MAX_WAYS)} on a side`)
})

test('the members of the JSON are in the document', async () => {
  const argv = ['-', '--a', '1790000000..1790000100', '--b', '1790000000..1790000100', '--format', 'json']
  const json: unknown = JSON.parse((await compareText(argv, { stdin: recordLine(buildFlow(), null) })).out)
  const documented = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
    names.replaceAll('`', '').split(', '),
  )
  expect(documented).toEqual(Object.keys(Object(json)))
})
