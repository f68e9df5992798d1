import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { WatchedFile } from './watched-file.ts'

test('a file is read again when it was written in place, with the same length', async () => {
  const path = join(await temporaryFolder(), 'secret')
  const file = new WatchedFile(path)
  for (const text of ['first', 'other', 'third']) {
    await writeFile(path, text)
    expect(await file.read()).toBe(text)
    expect(await file.read()).toBe(text)
  }
})

test('a FIFO is refused at once, where reading it would wait for a writer', async () => {
  const path = join(await temporaryFolder(), 'fifo')
  execFileSync('mkfifo', [path])
  await expect(new WatchedFile(path).read()).rejects.toThrow('is not a regular file')
})
