import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parseHistoryStatus } from '../../src/wire/history-status.ts'
import { UsageError } from '../lib/usage-error.ts'
import { createAuthority } from '../testing/certificates.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { parseCommand, type ServeCommand } from './command-line.ts'
import { serve } from './serve.ts'
import { openServedHistory } from './served-history.ts'
import { StartError } from './start-error.ts'

function commandOf(...flags: string[]): ServeCommand {
  const command = parseCommand(['--port', '0', ...flags], {})
  if (command.command !== 'serve') throw new Error(command.command)
  return command
}

/** The flags of a receiver's files, of which some are others. */
async function receiverFlags(other: { readonly cert?: string; readonly key?: string; readonly ca?: string }) {
  const folder = await temporaryFolder()
  const authority = await createAuthority('flows')
  const [own, another] = [await authority.server('127.0.0.1'), await authority.server('127.0.0.1')]
  const texts = {
    'tls.crt': own.cert,
    'tls.key': own.key,
    'ca.crt': authority.ca,
    'other.key': another.key,
    text: 'no certificate',
    'broken.crt': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  }
  for (const [name, content] of Object.entries(texts)) await writeFile(join(folder, name), content)
  const { cert = 'tls.crt', key = 'tls.key', ca = 'ca.crt' } = other
  const files = { cert: join(folder, cert), key: join(folder, key), ca: join(folder, ca) }
  const flags = Object.entries(files).flatMap(([name, file]) => [`--history-receiver-${name}`, file])
  return { folder, files, flags }
}

test('nothing is opened where none is asked for', async () => {
  expect(await openServedHistory(commandOf('--demo'))).toBeNull()
})

test('a capture has nothing to record', async () => {
  const command = commandOf('--capture', 'x.jsonl', '--history', await temporaryFolder())
  await expect(openServedHistory(command)).rejects.toThrow(UsageError)
})

test('a folder that cannot be one is said at the start', async () => {
  const file = join(await temporaryFolder(), 'file')
  await writeFile(file, '')
  await expect(openServedHistory(commandOf('--demo', '--history', file))).rejects.toThrow(StartError)
})

test('a ClickHouse that is not reached is a warning, and it is tried again', async () => {
  const where = 'clickhouse://127.0.0.1:1/?tls=off'
  const opened = await openServedHistory(commandOf('--demo', '--history', where))
  expect(opened?.notes).toEqual([
    `Recording to ${where}: 30 days, sums by the hour 400 days.`,
    expect.stringMatching(/^Warning: ClickHouse was not reached: .*; it is tried again\.$/),
  ])
  expect(opened?.recording.receiver).toBeNull()
  await opened?.recording.store.close()
})

test('nothing is warned of where all is well, and the receiver has its address and files', async () => {
  const { folder, files, flags } = await receiverFlags({})
  const history = join(folder, 'history')
  const opened = await openServedHistory(
    commandOf('--demo', '--history', history, '--history-receiver', '127.0.0.1:9443', ...flags),
  )
  expect(opened?.notes).toEqual([`Recording to ${history}: 7 days, sums by the hour 400 days.`])
  expect(opened?.recording.receiver).toEqual({ host: '127.0.0.1', port: 9443, ...files })
  await opened?.recording.store.close()
})

test.each([
  [
    'a certificate that is not there',
    { cert: 'none.crt' },
    /certificate \S+none\.crt cannot be read \(ENOENT\)/,
  ],
  ['a key that cannot be read', { key: '.' }, /key \S+ cannot be read \(EISDIR\)/],
  ['a certificate that is no PEM', { cert: 'text' }, /certificate \S+text is not a PEM file/],
  [
    'a key of another certificate',
    { key: 'other.key' },
    /key \S+other\.key does not belong to the certificate/,
  ],
  ['an authority that is not there', { ca: 'none.crt' }, /certificate \S+none\.crt cannot be read/],
  ['an authority that is none', { ca: 'broken.crt' }, /certificate \S+broken\.crt cannot be used/],
])("of the receiver's files %s is said before a history is made", async (_, other, message) => {
  const { folder, flags } = await receiverFlags(other)
  const history = join(folder, 'history')
  const command = commandOf('--demo', '--history', history, '--history-receiver', '127.0.0.1:0', ...flags)
  await expect(openServedHistory(command)).rejects.toThrow(UsageError)
  await expect(openServedHistory(command)).rejects.toThrow(message)
  await expect(access(history)).rejects.toThrow('ENOENT')
})

test('the demo is recorded into a folder, and goes on there after a restart', async () => {
  const folder = join(await temporaryFolder(), 'history')
  const record = async () => {
    const server = await serve(commandOf('--demo', '--history', folder), null)
    const status = async () =>
      parseHistoryStatus(await (await fetch(new URL('history.json', server.url))).json())
    return { server, status }
  }
  const first = await record()
  expect(first.server.notes).toContain(`Recording to ${folder}: 7 days, sums by the hour 400 days.`)
  const config: unknown = await (await fetch(new URL('config.json', first.server.url))).json()
  expect(config).toMatchObject({ source: { history: './history.json' } })
  await vi.waitFor(async () => expect((await first.status())?.to).not.toBeNull(), { timeout: 15_000 })
  const before = await first.status()
  await first.server.close()
  const second = await record()
  await vi.waitFor(async () => expect((await second.status())?.state).not.toBe('starting'), {
    timeout: 15_000,
  })
  expect(await second.status()).toMatchObject({ engine: 'duckdb', from: before?.from, gaps: [], dropped: 0 })
  await second.server.close()
}, 60_000)
