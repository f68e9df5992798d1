import { expect, test, vi } from 'vitest'

import { filePickerOf, readHandle, readHandles } from './file-access.ts'
import { type FileHandle, handleOfFile, type Permission } from './file-handle.ts'

function handleWith(change: Partial<FileHandle> & { permission?: Permission; answer?: Permission } = {}) {
  const { permission = 'granted', answer = 'granted', ...rest } = change
  const requestPermission = vi.fn(async () => answer)
  const handle: FileHandle = {
    kind: 'file',
    name: 'a.ndjson',
    getFile: async () => new File(['{}'], 'a.ndjson'),
    queryPermission: async () => permission,
    requestPermission,
    ...rest,
  }
  return { handle, requestPermission }
}

const moved = () => Promise.reject(new DOMException('gone', 'NotFoundError'))

test('a file that may be read is read without a question, and knows its handle', async () => {
  const { handle, requestPermission } = handleWith()
  const read = await readHandle(handle, true)
  if (!read.ok) throw new Error('not read')
  expect(await handleOfFile(read.file)).toBe(handle)
  expect(requestPermission).not.toHaveBeenCalled()
})

test('the reader is asked only at an act of theirs', async () => {
  const { handle, requestPermission } = handleWith({ permission: 'prompt' })
  expect(await readHandle(handle, false)).toEqual({ ok: false, why: 'refused' })
  expect(requestPermission).not.toHaveBeenCalled()
  expect(await readHandle(handle, true)).toMatchObject({ ok: true })
})

test.each<[string, FileHandle, 'moved' | 'refused']>([
  [
    'a reader who does not permit it',
    handleWith({ permission: 'prompt', answer: 'denied' }).handle,
    'refused',
  ],
  ['a browser that does not let the page ask', handleWith({ queryPermission: moved }).handle, 'refused'],
  ['a file that was moved', handleWith({ getFile: moved }).handle, 'moved'],
])('%s is told', async (_who, handle, why) => {
  expect(await readHandle(handle, true)).toEqual({ ok: false, why })
  expect(await readHandles([handleWith().handle, handle], true)).toEqual({ ok: false, why, name: 'a.ndjson' })
})

test('a browser with a picker gives files with handles; one that is given up gives none', async () => {
  const { handle } = handleWith()
  const pick = filePickerOf({ showOpenFilePicker: async () => [handle] })
  const [file = new File([], '')] = (await pick?.()) ?? []
  expect(await handleOfFile(file)).toBe(handle)
  const givenUp = filePickerOf({
    showOpenFilePicker: () => Promise.reject(new DOMException('given up', 'AbortError')),
  })
  expect(await givenUp?.()).toEqual([])
  expect(filePickerOf({})).toBeNull()
})
