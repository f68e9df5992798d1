// Ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { expect, test } from 'vitest'

import type { FromFileWriter, SaveRequest, ToFileWriter } from '../lib/download-port.ts'
import { SavedFiles } from './saved-files.ts'

const SCOPE = 'https://flows.test/tools/flowtrace/'

const requestOf = (id: string): SaveRequest => {
  return { type: 'save-file', id, name: 'flowtrace lab.ndjson', mediaType: 'application/x-ndjson' }
}

/** A file that waits to be asked for, the end of its writer, and what the writer was told so far. */
function setUp(id = 'a') {
  const files = new SavedFiles(SCOPE)
  const { port1: writer, port2 } = new MessageChannel()
  files.add(requestOf(id), port2)
  const told: ToFileWriter[] = []
  let hear: (() => void) | null = null
  writer.onmessage = ({ data }: MessageEvent<ToFileWriter>) => {
    told.push(data)
    hear?.()
  }
  const heard = () => new Promise<void>((resolve) => (hear = resolve))
  const post = (message: FromFileWriter) => writer.postMessage(message)
  /** Resolves once the next message of the writer was taken. */
  const taken = () =>
    new Promise<void>((resolve) => port2.addEventListener('message', () => resolve(), { once: true }))
  const ask = (path = `saved-files/${id}`) => files.answerTo({ url: SCOPE + path })
  return { files, writer, told, heard, post, taken, ask }
}

const bytes = (text: string) => new TextEncoder().encode(text)

test('a file is an attachment of what its writer sends, chunk by chunk as the browser takes them', async () => {
  const { ask, told, heard, post } = setUp()
  const first = heard()
  const answer = ask()
  expect(Object.fromEntries(answer?.headers ?? [])).toEqual({
    'content-type': 'application/x-ndjson',
    'content-disposition': "attachment; filename*=UTF-8''flowtrace%20lab.ndjson",
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  await first
  expect(told).toEqual([8])
  const reader = answer?.body?.getReader()
  for (let i = 0; i < 8; i++) post(bytes(`line ${i}\n`))
  const more = heard()
  let text = ''
  for (let i = 0; i < 8; i++) text += new TextDecoder().decode((await reader?.read())?.value)
  await more
  expect(text).toBe(Array.from({ length: 8 }, (_, i) => `line ${i}\n`).join(''))
  while (told.reduce<number>((sum, count) => sum + Number(count), 0) < 16) await heard()
  post('end')
  expect(await reader?.read()).toEqual({ done: true, value: undefined })
})

test('all of it is given where the writer is gone once it has said that the file is whole', async () => {
  const { ask, heard, post, writer } = setUp()
  const asked = heard()
  const answer = ask()
  await asked
  for (let i = 0; i < 4; i++) post(bytes('abc'))
  post('end')
  writer.close()
  expect(await answer?.text()).toBe('abcabcabcabc')
})

test.each([
  ['gives up', ({ post }: ReturnType<typeof setUp>) => post('abort')],
  ['is gone', ({ writer }: ReturnType<typeof setUp>) => writer.close()],
])('a file whose writer %s in the middle is an error, never a short file', async (_, end) => {
  const scene = setUp()
  const asked = scene.heard()
  const answer = scene.ask()
  await asked
  scene.post(bytes('abc'))
  const text = answer?.text()
  end(scene)
  await expect(text).rejects.toThrow('not written to its end')
})

test('a download that is cancelled in the browser is told to the writer', async () => {
  const { ask, told, heard } = setUp()
  const asked = heard()
  const answer = ask()
  await asked
  const cancelled = heard()
  await answer?.body?.cancel()
  await cancelled
  expect(told).toEqual([8, 'cancelled'])
})

test('a file is given once, and not after its writer gave up: there is no content then', async () => {
  const { ask, files, post, writer } = setUp()
  expect(ask('config.json')).toBeNull()
  expect(files.answerTo({ url: 'https://flows.test/saved-files/a' })).toBeNull()
  expect(ask('saved-files/b')?.status).toBe(204)
  expect(ask()?.status).toBe(200)
  expect(ask()?.status).toBe(204)
  writer.close()

  const other = setUp()
  const taken = other.taken()
  other.post('abort')
  await taken
  expect(other.ask()?.status).toBe(204)
  other.writer.close()
  post('abort')
})

test('of many files that nobody asks for the oldest is forgotten', () => {
  const { ask, files, writer } = setUp('0')
  const channels = Array.from({ length: 16 }, (_, i) => {
    const channel = new MessageChannel()
    files.add(requestOf(String(i + 1)), channel.port2)
    return channel
  })
  expect(ask()?.status).toBe(204)
  expect(files.answerTo({ url: `${SCOPE}saved-files/1` })?.status).toBe(200)
  for (const { port1 } of channels) port1.close()
  writer.close()
})
