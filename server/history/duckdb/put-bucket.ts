/** Stores a bucket: its keys first, then its records with the note that it is complete. */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { assert } from '../../../src/lib/assert.ts'
import type { Bucket, PutOutcome } from '../history-store.ts'
import { factChunks } from './fact-chunks.ts'
import type { HistoryFolder } from './history-folder.ts'

/** Inside of the session's `write`. */
export async function putBucket(folder: HistoryFolder, bucket: Bucket): Promise<PutOutcome> {
  const { session, files, codes } = folder
  const { start, seconds, version, entries } = bucket
  assert(start % BUCKET_SECONDS === 0 && seconds % BUCKET_SECONDS === 0, 'a bucket of multiples of 15 s')
  const cluster = await folder.codeOfCluster(bucket.cluster)
  const { catalog } = await files.partAt('days', start)
  const [held] = await session.rows(`select ver, n from ${catalog}.main.done where cluster = $1 and t = $2`, [
    cluster,
    start,
  ])
  if (held !== undefined && Number(held[0]) >= version) return 'known'
  if (held !== undefined && Number(held[1]) > entries.length) return 'poorer'
  const entryCodes = await codes.codesOf(cluster, bucket)
  await session.transaction(async (connection) => {
    if (held !== undefined) {
      for (const table of ['facts', 'done']) {
        await connection.run(
          `delete from ${catalog}.main.${table} where cluster = $1::usmallint and t = $2::uinteger`,
          [cluster, start],
        )
      }
    }
    const appender = await connection.createAppender('facts', 'main', catalog.slice(1, -1))
    try {
      for (const chunk of factChunks(session.api, cluster, bucket, entryCodes))
        appender.appendDataChunk(chunk)
    } finally {
      appender.closeSync()
    }
    await connection.run(
      `insert into ${catalog}.main.done values ($1::usmallint, $2::uinteger, $3::uinteger, $4::bigint, $5::uinteger, $6::bigint)`,
      [cluster, start, seconds, BigInt(Math.trunc(version)), entries.length, folder.nextStamp()],
    )
  })
  return 'stored'
}
