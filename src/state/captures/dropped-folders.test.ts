import { expect, test } from 'vitest'

import { filesInFolders } from './dropped-folders.ts'
import { MAX_FOLDER_FILES, pathOfFile } from './folder-handles.ts'

/** The parts of the browser's entries that are used: a text is a file. */
type Tree = string | { readonly [name: string]: Tree }

const known = new Map<string, File>()

/** One file for each name and content: a test reads ten thousand. */
function fileOf(text: string, name: string): File {
  const file = known.get(`${name} ${text}`) ?? new File([text], name)
  known.set(`${name} ${text}`, file)
  return file
}

function entryOf(name: string, tree: Tree, above = ''): FileSystemEntry {
  const isFile = typeof tree === 'string'
  const fullPath = `${above}/${name}`
  const entry = {
    name,
    fullPath,
    isFile,
    isDirectory: !isFile,
    file: (resolve: (file: File) => void) => resolve(fileOf(isFile ? tree : '', name)),
    createReader: () => {
      const entries = isFile
        ? []
        : Object.entries(tree).map(([inner, each]) => entryOf(inner, each, fullPath))
      return { readEntries: (resolve: (some: FileSystemEntry[]) => void) => resolve(entries.splice(0, 100)) }
    },
  }
  // The tests use no other member of an entry.
  return entry as unknown as FileSystemEntry
}

const names = (files: readonly File[]) => files.map(({ name }) => name)

test('the files of dropped folders are found at any depth, in the order of their names, without hidden ones', async () => {
  const folder = entryOf('captures', {
    'b.jsonl': 'b',
    a: { 'z.jsonl': 'z', 'y.jsonl': 'y' },
    '.DS_Store': 'x',
  })
  const files = await filesInFolders([folder, entryOf('more', { 'c.jsonl': 'c' })])
  expect(names(files)).toEqual(['y.jsonl', 'z.jsonl', 'b.jsonl', 'c.jsonl'])
  expect(files.map(pathOfFile)).toEqual([
    'captures/a/y.jsonl',
    'captures/a/z.jsonl',
    'captures/b.jsonl',
    'more/c.jsonl',
  ])
})

test('a folder of more than a hundred entries is read to its end, and not beyond what can be read', async () => {
  const tree = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${i}.jsonl`, 'x']))
  expect(await filesInFolders([entryOf('captures', tree)])).toHaveLength(250)
  const many = Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`${i}`, tree]))
  expect(await filesInFolders([entryOf('captures', many)])).toHaveLength(MAX_FOLDER_FILES + 1)
})
