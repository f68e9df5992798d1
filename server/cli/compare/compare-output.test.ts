import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { compareText } from '../../testing/compare-text.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const STEADY = buildFlow()

/** The text of a comparison in which so many talkers came. */
async function textOf(newTalkers: number): Promise<string> {
  const folder = await temporaryFolder()
  const [a, b] = [join(folder, 'a.ndjson'), join(folder, 'b.ndjson')]
  const came = Array.from({ length: newTalkers }, (_, i) => buildFlow({ destNamespace: `shop-${i}` }))
  const lines = [STEADY, ...came].map((flow) => recordLine(flow, null))
  await writeFile(a, recordLine(STEADY, null))
  await writeFile(b, lines.join(''))
  return (await compareText([a, b])).out
}

test('200 groups of a section are printed, and how many more there are', async () => {
  const few = await textOf(200)
  expect(few.match(/→ shop-\d+\//g)).toHaveLength(200)
  expect(few).not.toContain('more, which')
  expect(few.match(/, 2 \(new\)/g)).toHaveLength(200)
  const many = await textOf(205)
  expect(many.match(/→ shop-\d+\//g)).toHaveLength(200)
  expect(many).toContain('  … and 5 more, which --format json has\n')
})
