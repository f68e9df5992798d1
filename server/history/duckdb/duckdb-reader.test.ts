import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Statement } from '../sql/sql-text.ts'
import { limitsOf, selectionOf } from '../testing/history-buckets.ts'
import { HistoryFolder } from './history-folder.ts'
import { DuckDbReader } from './duckdb-reader.ts'
import { readerSources } from './fact-source.ts'

const MEMORY = 64 * 2 ** 20

async function openReader(): Promise<DuckDbReader> {
  const folder = await HistoryFolder.open(join(await temporaryFolder(), 'history'), MEMORY)
  onTestFinished(() => folder.close())
  const limits = limitsOf({ maxMs: 30_000 })
  const connection = await folder.session.takeReader(limits.signal)
  return new DuckDbReader(
    folder.session,
    connection,
    readerSources(folder, [], [], selectionOf('prod')),
    limits,
  )
}

/** An error after 400,000 rows, as of a block that cannot be read or memory that ends. */
const FAILING: Statement = {
  text: "select case when i < 400000 then i else error('Out of Memory Error: failed to pin block') end as i from range(500000) as t(i)",
  params: [],
}

test('an error after the first rows ends a question by name, and not its answer', async () => {
  const reader = await openReader()
  await expect(reader.rows(FAILING, 10_000_000)).rejects.toMatchObject({ trouble: 'too much memory' })
  const pages = reader.batches(FAILING, 10_000_000)[Symbol.asyncIterator]()
  await expect(pages.next()).rejects.toMatchObject({ trouble: 'too much memory' })
})

test('more rows than the limit are refused', async () => {
  const reader = await openReader()
  const statement: Statement = { text: 'select range as i from range(101)', params: [] }
  expect(await reader.rows(statement, 101)).toHaveLength(101)
  await expect(reader.rows(statement, 100)).rejects.toMatchObject({ trouble: 'too large' })
})
