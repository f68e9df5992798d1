import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { FlowListRequestSchema, FlowListResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { ALLOW_ANYONE_FLAG, ANY_HOST_FLAG } from '../auth/exposure.ts'
import { parseCommand, type ServeCommand } from './command-line.ts'
import { serve, startWarnings, type RunningServer } from './serve.ts'
import { StartError } from './start-error.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { callWeb, frame } from '../testing/grpc-web-client.ts'
import { UsageError } from '../lib/usage-error.ts'

function commandOf(...argv: readonly string[]): ServeCommand {
  const command = parseCommand(argv)
  if (command.command !== 'serve') throw new Error('not a command to serve')
  return command
}

async function served(...argv: readonly string[]): Promise<RunningServer> {
  const serving = await serve(commandOf('--port', '0', ...argv), null)
  onTestFinished(() => serving.close())
  return serving
}

async function configOf({ url }: RunningServer): Promise<unknown> {
  return (await fetch(new URL('config.json', url))).json()
}

test('the demo is a live source, with an hour of flows behind gRPC-web', async () => {
  const serving = await served()
  expect(await configOf(serving)).toEqual({
    source: { kind: 'live', name: 'demo cluster', endpoint: './', demo: true, policies: './policies.json' },
  })
  const request = toBinary(FlowListRequestSchema, create(FlowListRequestSchema))
  const { status, messages } = await callWeb(serving.url, { body: frame(Buffer.from(request)) })
  expect(status).toBe(0)
  const { flows } = fromBinary(FlowListResultSchema, ensure(messages[0], 'message'))
  const starts = flows.map(({ flow }) => Number(flow?.startTime))
  expect(Math.min(...starts)).toBeLessThanOrEqual(Date.now() / 1000 - 3500)
  expect(flows.some(({ flow }) => flow?.Key?.destNamespace === 'backend')).toBe(true)
})

test('a capture is offered to the page by its name', async () => {
  const path = join(await temporaryFolder(), 'flows.jsonl')
  await writeFile(path, '{}\n')
  const serving = await served('--capture', path)
  expect(await configOf(serving)).toEqual({
    source: { kind: 'capture', name: 'flows.jsonl', url: './capture' },
  })
  expect(await (await fetch(new URL('./capture', serving.url))).text()).toBe('{}\n')
})

test('policies are offered beside a source, by their address', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'flows.jsonl')
  await writeFile(path, '')
  await writeFile(join(folder, 'tier.yaml'), 'kind: Tier\n')
  const capture = await served('--capture', path, '--policies', folder)
  expect(await configOf(capture)).toMatchObject({ source: { policies: './policies.json' } })
  const goldmane = await served('--goldmane', 'http://127.0.0.1:1', '--policies', folder)
  expect(await configOf(goldmane)).toMatchObject({ source: { policies: './policies.json' } })
  for (const { url } of [capture, goldmane])
    expect(await (await fetch(new URL('policies.json', url))).json()).toMatchObject({ origin: 'files' })
})

test.each([
  [['--policies', '/nowhere/at/all'], 'The policies /nowhere/at/all cannot be read (ENOENT)'],
  [['--policies', 'kubernetes'], 'Outside of a pod, --policies kubernetes needs --auth-api-server'],
])('does not start with %j', async (argv, message) => {
  await expect(
    serve(commandOf('--port', '0', '--goldmane', 'http://127.0.0.1:1', ...argv), null),
  ).rejects.toEqual(new UsageError(message))
})

test('a Goldmane need not be there yet', async () => {
  const serving = await served('--goldmane', 'http://127.0.0.1:1')
  expect(await configOf(serving)).toEqual({
    source: { kind: 'live', name: '127.0.0.1:1', endpoint: './' },
  })
  expect(await callWeb(serving.url)).toMatchObject({ status: 14 })
})

/** What a gateway wants to hear before it listens on an address that is not the loopback's. */
const ANYONE = [ALLOW_ANYONE_FLAG, ANY_HOST_FLAG]

describe('what cannot be served is refused', () => {
  test('a capture that is not there, or is no file', async () => {
    const folder = await temporaryFolder()
    await expect(served('--capture', join(folder, 'none'))).rejects.toThrow(/cannot be read \(ENOENT\)/)
    await expect(served('--capture', folder)).rejects.toThrow(UsageError)
  })

  test('a capture that is a FIFO, without waiting for a writer', async () => {
    const path = join(await temporaryFolder(), 'fifo')
    execFileSync('mkfifo', [path])
    await expect(served('--capture', path)).rejects.toThrow(
      `The capture ${path} cannot be read (not a regular file)`,
    )
  })

  test('a token file that is not there', async () => {
    await expect(served('--auth', 'token', '--auth-token-file', '/none')).rejects.toThrow(
      new UsageError('The token file /none cannot be read (ENOENT)'),
    )
  })

  test('a certificate of its own that is not there', async () => {
    await expect(served('--tls-cert', '/none', '--tls-key', '/none')).rejects.toThrow(
      new UsageError('The certificate /none cannot be read (ENOENT)'),
    )
  })

  test('a proxy that is no address', async () => {
    await expect(served('--auth', 'proxy', '--trusted-proxy', 'proxy.example')).rejects.toThrow(UsageError)
  })

  test('certificates that are not there', async () => {
    await expect(served('--goldmane', 'https://127.0.0.1:1', '--ca', '/none')).rejects.toThrow(
      /The CA certificate \/none cannot be read/,
    )
  })

  test('a port that is taken', async () => {
    const { url } = await served('--goldmane', 'http://127.0.0.1:1')
    const second = serve(commandOf('--port', new URL(url).port), null)
    await expect(second).rejects.toThrow(StartError)
    await expect(second).rejects.toThrow(/^Port \d+ on 127\.0\.0\.1 is in use; --port takes another one$/)
  })

  test('an address of another machine', async () => {
    // Reserved for documentation (RFC 5737).
    await expect(served('--host', '192.0.2.1', ...ANYONE)).rejects.toThrow(
      '192.0.2.1 is not an address of this machine',
    )
  })

  test('a page that was not built', async () => {
    const none = join(await temporaryFolder(), 'none')
    await expect(serve(commandOf('--port', '0'), none)).rejects.toThrow('The page is not built')
  })
})

function warnings(...argv: readonly string[]): readonly string[] {
  return startWarnings(commandOf(...argv).values)
}

describe('listening to the network', () => {
  test('without a login does not start', async () => {
    await expect(served('--host', '0.0.0.0')).rejects.toThrow(UsageError)
    await expect(served('--host', '0.0.0.0')).rejects.toThrow(/choose a mode of authentication/)
  })

  test('gives a warning when it was asked for in full', () => {
    expect(warnings('--host', '0.0.0.0')).toEqual([
      expect.stringMatching(/Warning: there is no authentication.*port 8081 can read all flows/),
    ])
    expect(warnings('--host', 'localhost')).toEqual([])
  })

  test('with a login gives a warning unless somebody encrypts it', () => {
    const flags = ['--host', '0.0.0.0', '--auth', 'token', '--auth-token-file', 'token']
    expect(warnings(...flags)).toEqual([expect.stringContaining('logins are not encrypted')])
    expect(warnings(...flags, '--tls-self-signed')).toEqual([])
    expect(warnings(...flags, '--trusted-proxy', '10.0.0.0/8')).toEqual([])
    expect(warnings(...flags, '--host', '::1')).toEqual([])
  })
})
