import { readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { makeFolder } from './make-folder.ts'

test('a folder is made with those above it, once, and several at the same time', async () => {
  const root = await temporaryFolder()
  const path = join(root, 'a', 'b', 'c')
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(root, 'a', 'd'))])
  await makeFolder(path)
  expect(await readdir(join(root, 'a'))).toEqual(['b', 'd'])
  expect(await readdir(path)).toEqual([])
})

test('a file in place of the folder or above it, and a link to nothing, are said', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'file'), '')
  await symlink(join(root, 'nowhere'), join(root, 'link'))
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({
    name: 'HistoryError',
    trouble: 'failed',
    message: `The folder ${join(root, 'file')} cannot be made (EEXIST): it is a file`,
    cause: expect.objectContaining({ code: 'EEXIST' }),
  })
  await expect(makeFolder(join(root, 'file', 'a', 'b'))).rejects.toThrow('what is above it is a file')
  await expect(makeFolder(join(root, 'link'))).rejects.toThrow('(EEXIST): it is a file')
  await expect(makeFolder(join(root, 'long'.repeat(99)))).rejects.toThrow('its name is too long')
})

// Node's own mkdir does not come back from there.
test.runIf(process.platform === 'linux')('a folder of the system that takes none is said', async () => {
  await expect(makeFolder('/proc/flowtrace/history')).rejects.toMatchObject({
    trouble: 'failed',
    message: 'The folder /proc/flowtrace/history cannot be made (ENOENT): what is above it takes no folders',
  })
  await expect(makeFolder('/dev/null/history')).rejects.toThrow('what is above it is a file')
})
