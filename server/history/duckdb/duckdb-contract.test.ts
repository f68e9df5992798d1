/** The embedded history does what every history has to. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { describeHistory } from '../testing/history-contract.ts'
import { openDuckDbHistory } from './duckdb-history.ts'

let parent = ''
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'flowtrace-duckdb-'))
})
afterAll(async () => rm(parent, { recursive: true }))

describeHistory({
  create: async () => {
    const history = openDuckDbHistory(await mkdtemp(join(parent, 'history-')))
    await history.open()
    return history
  },
  // One process at a time; another one is refused (killed-writer.test.ts).
  another: null,
  numRuns: 60,
})
