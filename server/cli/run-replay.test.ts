import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { expect, onTestFinished, test } from 'vitest'
import { writeFlow } from '../../src/capture/write.ts'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { type FlowResult, FlowResultSchema, FlowStreamRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { ensure } from '../../src/lib/assert.ts'
import { UsageError } from '../lib/usage-error.ts'
import { flowAt } from '../testing/followed-goldmane.ts'
import { frame, post } from '../testing/grpc-web-client.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { parseCommand } from './command-line.ts'
import { parseReplay } from './replay-options.ts'
import { startReplay } from './run-replay.ts'
import { serve } from './serve.ts'

const START = 1_700_000_010

/** Replays a text; `argv` comes after the file. */
async function replayed(text: string, ...argv: readonly string[]) {
  const path = join(await temporaryFolder(), 'flows.ndjson')
  await writeFile(path, text)
  const command = parseReplay([path, '--port', '0', ...argv])
  if (command.command !== 'replay') throw new Error('not a command to replay')
  const replay = await startReplay(command, Readable.from([]))
  onTestFinished(() => replay.close())
  return replay
}

/** The records of a stream from the gateway, up to `count`. */
async function streamedFrom(url: string, count: number): Promise<FlowResult[]> {
  const ending = new AbortController()
  const request = create(FlowStreamRequestSchema, { startTimeGte: -3585n })
  const response = await post(url, {
    path: 'goldmane.Flows/Stream',
    body: frame(Buffer.from(toBinary(FlowStreamRequestSchema, request))),
    signal: ending.signal,
  })
  const results: FlowResult[] = []
  let bytes = Buffer.alloc(0)
  const reader = ensure(response.body, 'body').getReader()
  while (results.length < count) {
    bytes = Buffer.concat([bytes, ensure((await reader.read()).value, 'chunk')])
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const end = 5 + bytes.readUInt32BE(1)
      const result = fromBinary(FlowResultSchema, bytes.subarray(5, end))
      // The gateway says between the records how fresh they are.
      if (result.flow?.Key !== undefined) results.push(result)
      bytes = bytes.subarray(end)
    }
  }
  ending.abort()
  return results
}

test.each([
  ['all at once', []],
  ['all at once, as of now', ['--from-now']],
  ['at a speed', ['--speed', '3600']],
])('the gateway shows a capture that is replayed %s', async (_, argv) => {
  const buckets = Array.from({ length: 20 }, (_unused, i) => START + i * BUCKET_SECONDS)
  const text = buckets.map((start, i) => writeFlow(flowAt(start, i + 1))).join('\n')
  const replay = await replayed(text, ...argv)
  const command = parseCommand(['--port', '0', '--goldmane', replay.url])
  if (command.command !== 'serve') throw new Error('not a command to serve')
  const gateway = await serve(command, null)
  onTestFinished(() => gateway.close())
  const ports = (await streamedFrom(gateway.url, 20)).map(({ flow }) => Number(flow?.Key?.destPort))
  expect(ports.sort((a, b) => a - b)).toEqual(buckets.map((_start, i) => i + 1))
})

test('the terminal is told what is played, and what of it is not', async () => {
  const text = [
    writeFlow(flowAt(START)),
    writeFlow({ ...flowAt(START + 15), numConnectionsStarted: null }),
    writeFlow({ ...flowAt(START), startTime: 0, endTime: 0 }),
    '{"Key":',
  ].join('\n')
  const { notes, url } = await replayed(text, '--speed', '60')
  expect(notes).toEqual([
    'Replaying flows.ndjson: 2 records, 2023-11-14T22:13:30Z to 2023-11-14T22:14:00Z, at 60 times the speed of its clock.',
    '  1 record could not be read; explain names their places',
    '  1 record without a time: left out',
    '  1 record without numbers of connections: Goldmane cannot say so, they are sent as 0',
  ])
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
})

test('a file that is not there, or has no flows, is said', async () => {
  const missing = { command: 'replay', path: '/nowhere/x', host: '127.0.0.1', port: 0 } as const
  const options = { speed: null, loop: false, fromNow: false }
  await expect(startReplay({ ...missing, ...options }, Readable.from([]))).rejects.toThrow(
    new UsageError('The capture x cannot be read (ENOENT)'),
  )
  await expect(replayed('hello\n')).rejects.toThrow('There are no flows with a time in flows.ndjson')
})
