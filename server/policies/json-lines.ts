import { ApiServerError } from '../auth/api-server-connection.ts'

/** etcd takes objects of 1.5 MB; an event has one. */
const MAX_LINE_BYTES = 8 << 20
const NEWLINE = 10

/** The JSON values of a stream with one a line, as they come. Throws {@link ApiServerError} for a line that is none. */
export async function* jsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator {
  /** What has come of the line that is not whole. */
  let pending: Buffer[] = []
  let pendingBytes = 0
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...pending, chunk.subarray(start, end)]).toString('utf8')
      pending = []
      pendingBytes = 0
      start = end + 1
      if (line.trim() !== '') yield parseLine(line)
    }
    const rest = chunk.subarray(start)
    pendingBytes += rest.length
    if (pendingBytes > MAX_LINE_BYTES) throw new ApiServerError('An event of the API server is too large')
    if (rest.length > 0) pending.push(rest)
  }
  // What is left is an event that was cut off.
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ApiServerError('An event of the API server is not JSON', { cause: error })
  }
}
