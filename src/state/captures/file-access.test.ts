import { expect, test, vi } from 'vitest'

import { filePickerOf, folderPickerOf, readHandle, readHandles } from './file-access.ts'
import { type FileHandle, type FolderHandle, handleOfFile, type Permission } from './file-handle.ts'
import { foldersOf } from './folder-handles.ts'

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
  expect(await readHandles({ handles: [handleWith().handle, handle] }, true)).toEqual({
    ok: false,
    why,
    name: 'a.ndjson',
  })
})

function folderWith(
  permission: Permission,
  answer: Permission,
  entries: readonly (FileHandle | FolderHandle)[],
) {
  const requestPermission = vi.fn(async () => answer)
  const folder: FolderHandle = {
    kind: 'directory',
    name: 'captures',
    queryPermission: async () => permission,
    requestPermission,
    async *values() {
      yield* entries
    },
  }
  return { folder, requestPermission }
}

test('the files of a folder are read with one permission, which is remembered with them', async () => {
  const { handle, requestPermission } = handleWith()
  const { folder, requestPermission: requestFolder } = folderWith('prompt', 'granted', [handle])
  const read = await readHandles({ handles: [handle, handle], folders: [folder] }, true)
  if (!read.ok) throw new Error('not read')
  expect(foldersOf(read.files)).toEqual([folder])
  expect([requestFolder.mock.calls.length, requestPermission.mock.calls.length]).toEqual([1, 0])
  const { folder: refused } = folderWith('prompt', 'denied', [handle])
  expect(await readHandles({ handles: [handle], folders: [refused] }, true)).toEqual({
    ok: false,
    why: 'refused',
    name: 'captures',
  })
})

const pickWith = async (show: () => Promise<unknown>) => await filePickerOf({ showOpenFilePicker: show })?.()

const failing = (name: string) => () => Promise.reject(new DOMException('no', name))

test('a browser with a picker gives files with handles; one that is given up or refused gives none', async () => {
  const { handle } = handleWith()
  const picked = await filePickerOf({ showOpenFilePicker: async () => [handle] })?.()
  if (picked?.is !== 'files') throw new Error('no files')
  expect(await handleOfFile(picked.files[0] ?? new File([], ''))).toBe(handle)
  expect(await pickWith(failing('AbortError'))).toEqual({ is: 'given-up' })
  expect(await pickWith(failing('SecurityError'))).toEqual({ is: 'cannot' })
  const { handle: gone } = handleWith({ getFile: moved })
  expect(await pickWith(async () => [gone])).toEqual({ is: 'unreadable', name: 'a.ndjson' })
  expect(filePickerOf({})).toBeNull()
})

test('a picker of folders gives their files with handles, by their names and without hidden ones', async () => {
  const named = (name: string) => handleWith({ name, getFile: async () => new File(['{}'], name) }).handle
  const inner = folderWith('granted', 'granted', [named('z.jsonl')]).folder
  const last = named('d.jsonl')
  const { folder } = folderWith('granted', 'granted', [last, named('.DS_Store'), inner, named('a.jsonl')])
  const picked = await folderPickerOf({ showDirectoryPicker: async () => folder })?.()
  if (picked?.is !== 'files') throw new Error('no files')
  expect(picked.files.map(({ name }) => name)).toEqual(['a.jsonl', 'z.jsonl', 'd.jsonl'])
  expect(await handleOfFile(picked.files[2] ?? new File([], ''))).toBe(last)
  expect(foldersOf(picked.files)).toEqual([folder])
  const unreadable = folderWith('granted', 'granted', [handleWith({ getFile: moved }).handle]).folder
  expect(await folderPickerOf({ showDirectoryPicker: async () => unreadable })?.()).toEqual({
    is: 'unreadable',
    name: 'captures',
  })
  expect(folderPickerOf({})).toBeNull()
})
