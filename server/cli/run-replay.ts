/** Runs `flowtrace replay`. */
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { Readable } from 'node:stream'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { formatPlural, isoTime } from '../../src/lib/format.ts'
import { visibleText } from '../../src/lib/visible-text.ts'
import { bytesOf } from '../lib/readable-bytes.ts'
import { UsageError } from '../lib/usage-error.ts'
import { CapturePlayer } from '../replay/capture-player.ts'
import { type ReplayServer, serveReplay } from '../replay/replay-server.ts'
import { type LoadedCapture, loadCapture, type ReplayLosses } from '../replay/replayed-capture.ts'
import { readErrorOf } from './read-error.ts'
import type { ReplayCommand } from './replay-options.ts'
import { explainPortFailure } from './serve.ts'

export interface RunningReplay {
  readonly url: string
  /** Lines for the terminal: what is played, and what is left out. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

/**
 * Reads the capture and serves it. Throws {@link UsageError} for a file that cannot be read or holds no flows with a time,
 * StartError for a port.
 */
export async function startReplay(command: ReplayCommand, stdin: Readable): Promise<RunningReplay> {
  const { path, host, port, speed, loop, fromNow } = command
  const name = visibleText(path === null ? 'standard input' : basename(path))
  const { capture, losses } = await load(path === null ? stdin : createReadStream(path), name)
  if (capture === null) throw new UsageError(`There are no flows with a time in ${name}`)
  const player = new CapturePlayer(capture, { speed, loop, fromNow })
  let server: ReplayServer
  try {
    server = await serveReplay(player.goldmane, { host, port })
  } catch (error) {
    player.close()
    throw explainPortFailure(error, host, port)
  }
  const { records, first, last } = capture
  const how = speed === null ? 'all at once' : `at ${speed} times the speed of its clock`
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    notes: [
      `Replaying ${name}: ${formatPlural(records, 'record')}, ${isoTime(first)} to ${isoTime(last + BUCKET_SECONDS)}, ${how}.`,
      ...lossNotes(losses),
    ],
    close: async () => {
      player.close()
      await server.close()
    },
  }
}

async function load(stream: Readable, name: string): Promise<LoadedCapture> {
  try {
    return await loadCapture(bytesOf(stream))
  } catch (error) {
    throw readErrorOf(error, name)
  }
}

function lossNotes({ refused, withoutTime, tooOld, withoutConnections, long }: ReplayLosses): string[] {
  const notes: readonly (readonly [number, string])[] = [
    [refused, 'could not be read; explain names their places'],
    [withoutTime, 'without a time: left out'],
    [tooOld, 'over a month older than the newest: left out'],
    [withoutConnections, 'without numbers of connections: Goldmane cannot say so, they are sent as 0'],
    [long, 'of more than 15 s: played whole in the bucket of the start'],
  ]
  return notes.flatMap(([count, what]) => (count === 0 ? [] : [`  ${formatPlural(count, 'record')} ${what}`]))
}
