import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parseHistoryStatus } from '../../src/wire/history-status.ts'
import { UsageError } from '../lib/usage-error.ts'
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
