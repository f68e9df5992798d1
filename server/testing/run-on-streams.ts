import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import type { StandardStreams } from '../cli/standard-streams.ts'

/** What standard input holds. */
export type StandardInput = string | Uint8Array | Readable

/** What a command wrote, and its exit status. */
export interface Ran {
  readonly status: number
  readonly out: string
  readonly bytes: Buffer
  readonly error: string
}

/** Runs a command on streams of its own, and collects what it writes. */
export async function runOnStreams(
  stdin: StandardInput,
  run: (streams: StandardStreams) => Promise<number>,
): Promise<Ran> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const said = Promise.all([buffer(stdout), text(stderr)])
  const input = stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)])
  try {
    const status = await run({ stdin: input, stdout, stderr })
    stdout.end()
    stderr.end()
    const [bytes, error] = await said
    return { status, out: bytes.toString(), bytes, error }
  } finally {
    stdout.end()
    stderr.end()
  }
}
