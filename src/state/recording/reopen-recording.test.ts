import { gunzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import { pack } from '../../recording/recording-file.ts'
import { buildRecording } from '../../recording/testing/build-recording.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import { reopenRecording } from './reopen-recording.ts'

async function kept(viewer: string | null): Promise<MemoryStorage> {
  const storage = new MemoryStorage()
  const recording = buildRecording({ viewer })
  await storage.begin(recording)
  const chunk = await pack([new TextEncoder().encode('{"flow":{}}\n')])
  await storage.write({ ...recording, chunks: 1 }, chunk)
  return storage
}

test('gives the same file each time, to whoever it belongs', async () => {
  const storage = await kept('alice')
  const [first, second] = await Promise.all([1, 2].map(() => reopenRecording('a', 'alice', storage)))
  if (first?.is !== 'file' || second?.is !== 'file') throw new Error('there is no file')
  const bytes = Buffer.from(await first.file.arrayBuffer())
  expect(gunzipSync(bytes).toString()).toContain('{"flow":{}}\n')
  expect(bytes.equals(Buffer.from(await second.file.arrayBuffer()))).toBe(true)
  expect(await reopenRecording('a', 'bob', storage)).toEqual({ is: 'foreign' })
  expect(await reopenRecording('a', null, storage)).toEqual({ is: 'foreign' })
  expect((await reopenRecording('a', 'bob', await kept(null))).is).toBe('file')
})

test('says so when it was deleted, or cannot be read', async () => {
  const storage = await kept(null)
  await storage.remove('a')
  expect(await reopenRecording('a', null, storage)).toEqual({ is: 'deleted' })
  storage.read = () => Promise.reject(new DOMException('no', 'UnknownError'))
  expect(await reopenRecording('a', null, storage)).toEqual({ is: 'deleted' })
})
