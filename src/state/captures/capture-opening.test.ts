import { describe, expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { idOfTogether } from '../../source/capture-hash.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { Source } from '../client/flowtrace.ts'
import type { View } from '../view/view.ts'
import { CaptureOpening, type CaptureOfBundle } from './capture-opening.ts'
import { type FileHandle, handleOfFile } from './file-handle.ts'

const DENIED = include(ALL, 'action', 'Deny')
const REFUSED: CaptureCheck = { ok: false, say: 'No record in it.', reasons: [], refused: 2 }
const HANDLE: FileHandle = { kind: 'file', name: 'a.jsonl', getFile: async () => fileOf('a') }

function fileOf(text: string, name = `${text}.jsonl`): File {
  return new File([text], name)
}

/** The identity that the fake check gives: the content is the hash. */
function idOf(text: string, name = `${text}.jsonl`): CaptureId {
  return { name, size: text.length, hash: text }
}

function setUp(
  wanted: CaptureId | null = null,
  bundles: ReadonlyMap<string, CaptureOfBundle | string> = new Map(),
) {
  const changes: Partial<View>[] = []
  const policies: File[] = []
  const kept: { readonly id: CaptureId; readonly files: readonly File[] }[] = []
  /** What was given to be read, and after how many changes of the address. */
  const read: { readonly source: Source; readonly changed: number }[] = []
  let address = wanted
  const opening = new CaptureOpening({
    prepare: () => {},
    check: async (file, signal) => {
      const text = await file.text()
      signal.throwIfAborted()
      return text === 'refused' ? REFUSED : { ok: true, id: idOf(text, file.name) }
    },
    openBundle: async (file) => bundles.get(file.name) ?? null,
    takePolicies: async (files) => {
      const others = files.filter(({ name }) => !name.endsWith('.yaml'))
      policies.push(...files.filter((file) => !others.includes(file)))
      return others
    },
    wanted: () => address,
    navigate: (change) => {
      changes.push(change)
      if (change.capture !== undefined) address = change.capture
    },
    open: (source) => read.push({ source, changed: changes.length }),
    keep: (id, files) => kept.push({ id, files }),
  })
  return { opening, changes, kept, policies, read }
}

describe('a file', () => {
  test('that is a capture is read before the page changes, as the source that the page then opens', async () => {
    const { opening, read } = setUp()
    await opening.openFile(fileOf('a'))
    expect(read).toEqual([{ source: opening.sourceOf(idOf('a')), changed: 0 }])
    expect(read[0]?.source).toBe(opening.sourceOf(idOf('a')))
  })

  test('that is a capture opens, with no open row, and its handle is kept', async () => {
    const { opening, changes, kept } = setUp()
    const file = fileOf('a')
    await opening.openFile(file, Promise.resolve(HANDLE))
    expect(changes).toEqual([{ capture: idOf('a'), open: null, at: null }])
    expect(opening.sourceOf(idOf('a'))).toMatchObject({ name: 'a.jsonl', open: { kind: 'file' } })
    expect(opening.state.get()).toEqual({ step: 'idle' })
    expect(kept).toEqual([{ id: idOf('a'), files: [file] }])
    expect(await handleOfFile(file)).toBe(HANDLE)
    expect(await handleOfFile(fileOf('b'))).toBeNull()
  })

  test('that is refused changes nothing that is open', async () => {
    const { opening, changes } = setUp()
    await opening.openFile(fileOf('a'))
    await opening.openFile(fileOf('refused', 'holiday.txt'))
    expect(opening.state.get()).toEqual({ step: 'refused', name: 'holiday.txt', check: REFUSED })
    expect(changes).toHaveLength(1)
    expect(opening.sourceOf(idOf('a'))).not.toBeNull()
    opening.dismiss()
    expect(opening.state.get()).toEqual({ step: 'idle' })
  })

  test('that is replaced by another one before it was checked is not opened', async () => {
    const { opening, changes } = setUp()
    const first = opening.openFile(fileOf('a'))
    await opening.openFile(fileOf('b'))
    await first
    expect(changes).toEqual([{ capture: idOf('b'), open: null, at: null }])
    expect(opening.sourceOf(idOf('a'))).toBeNull()
  })

  test('that was opened before stays known, so that the back button returns to it; 16 of them', async () => {
    const { opening } = setUp()
    const names = Array.from({ length: 17 }, (_, index) => `capture ${index}`)
    for (const name of names) {
      // One after the other, as a reader opens them.
      // oxlint-disable-next-line no-await-in-loop
      await opening.openFile(fileOf(name))
    }
    expect(names.map((name) => opening.sourceOf(idOf(name)) !== null)).toEqual([
      false,
      ...Array.from({ length: 16 }, () => true),
    ])
  })
})

describe('where the address asks for a capture', () => {
  test('its file opens and leaves the address as it is, also when it was renamed', async () => {
    const { opening, changes } = setUp(idOf('a'))
    await opening.openFile(fileOf('a', 'a (1).jsonl'))
    expect(changes).toEqual([])
    expect(opening.sourceOf(idOf('a'))?.name).toBe('a (1).jsonl')
  })

  test('another file is held back until the reader wants it anyway', async () => {
    const { opening, changes } = setUp(idOf('a'))
    await opening.openFile(fileOf('b'))
    expect(opening.state.get()).toMatchObject({ step: 'other', wanted: idOf('a'), found: { id: idOf('b') } })
    expect(opening.sourceOf(idOf('b'))).toBeNull()
    opening.openAnyway()
    expect(changes).toEqual([{ capture: idOf('b'), open: null, at: null }])
    expect(opening.sourceOf(idOf('b'))).not.toBeNull()
  })

  test('another file opens at once when the one that is asked for is open', async () => {
    const { opening, changes } = setUp(idOf('a'))
    await opening.openFile(fileOf('a'))
    await opening.openFile(fileOf('b'))
    expect(changes).toEqual([{ capture: idOf('b'), open: null, at: null }])
  })
})

describe('a drop', () => {
  test('of one file opens it', async () => {
    const { opening, changes } = setUp()
    opening.openDrop({ files: [fileOf('a')], folders: [] })
    await expect.poll(() => changes).toHaveLength(1)
  })

  test('of several files asks which one', async () => {
    const { opening } = setUp()
    const files = [fileOf('a'), fileOf('b')]
    opening.openDrop({ files, folders: [] })
    await expect.poll(() => opening.state.get()).toEqual({ step: 'several', files })
  })

  test('of policies loads them, and opens the captures among them', async () => {
    const { opening, changes, policies } = setUp()
    const [one, two] = [fileOf('refused', 'one.yaml'), fileOf('refused', 'two.yaml')]
    opening.openDrop({ files: [one], folders: [] })
    await expect.poll(() => policies).toEqual([one])
    await expect.poll(() => opening.state.get()).toEqual({ step: 'idle' })
    opening.openDrop({ files: [one, two], folders: [] })
    await expect.poll(() => policies).toEqual([one, one, two])
    await expect.poll(() => opening.state.get()).toEqual({ step: 'idle' })
    expect(changes).toEqual([])
    opening.openDrop({ files: [fileOf('a'), two], folders: [] })
    await expect.poll(() => changes).toEqual([{ capture: idOf('a'), open: null, at: null }])
    expect(policies).toHaveLength(4)
  })

  test('of several files opens them together, under one identity whatever their order', async () => {
    const { opening, changes } = setUp()
    await opening.openTogether([fileOf('a'), fileOf('b')])
    const id = idOfTogether(idOf('a'), [idOf('b')])
    expect(changes).toEqual([{ capture: id, open: null, at: null }])
    expect(opening.sourceOf(idOfTogether(idOf('b'), [idOf('a')]))).toMatchObject({
      name: 'a.jsonl and 1 more',
      open: { kind: 'file', others: [expect.any(File)] },
    })
    expect(opening.sourceOf(idOf('a'))).toBeNull()
  })

  test('of several files opens what the address asks for without another question', async () => {
    const { opening, changes } = setUp(idOfTogether(idOf('b'), [idOf('a')]))
    await opening.openTogether([fileOf('a'), fileOf('b')])
    expect(changes).toEqual([])
    expect(opening.opened.get()).toHaveLength(1)
  })

  test('of several files leaves out those that are no captures, and says which', async () => {
    const { opening, changes, kept } = setUp()
    const [a, holiday, b] = [fileOf('a'), fileOf('refused', 'holiday.txt'), fileOf('b')]
    await opening.openTogether([a, holiday, b])
    const leftOut = [{ name: 'holiday.txt', check: REFUSED }]
    expect(opening.state.get()).toEqual({ step: 'left-out', opened: 2, leftOut })
    const id = idOfTogether(idOf('a'), [idOf('b')])
    expect(changes).toEqual([{ capture: id, open: null, at: null }])
    expect(kept).toEqual([{ id, files: [a, b] }])
  })

  test('of a capture among other files opens it under its own identity', async () => {
    const { opening, changes } = setUp()
    await opening.openTogether([fileOf('refused', 'holiday.txt'), fileOf('b')])
    expect(changes).toEqual([{ capture: idOf('b'), open: null, at: null }])
  })

  test('of several files opens none when none is a capture, and says so of each', async () => {
    const { opening, changes } = setUp()
    await opening.openTogether([fileOf('refused', 'one.txt'), fileOf('refused', 'two.txt')])
    const leftOut = ['one.txt', 'two.txt'].map((name) => ({ name, check: REFUSED }))
    expect(opening.state.get()).toEqual({ step: 'left-out', opened: 0, leftOut })
    expect(changes).toEqual([])
  })

  test('of a folder says so', () => {
    const { opening } = setUp()
    opening.openDrop({ files: [], folders: ['captures'] })
    expect(opening.state.get()).toEqual({ step: 'folder', name: 'captures' })
  })

  test('of a folder opens the files in it, after the question which', async () => {
    const { opening, changes } = setUp()
    const [a, b] = [fileOf('a'), fileOf('b')]
    const drop = { folders: ['captures'] }
    opening.openDrop({ ...drop, files: [a], filesInFolders: async () => [b] })
    await expect.poll(() => opening.state.get()).toEqual({ step: 'several', files: [a, b] })
    opening.openDrop({ ...drop, files: [], filesInFolders: async () => [b] })
    await expect.poll(() => changes).toEqual([{ capture: idOf('b'), open: null, at: null }])
    opening.openDrop({ ...drop, files: [], filesInFolders: async () => [] })
    await expect.poll(() => opening.state.get()).toEqual({ step: 'folder', name: 'captures' })
  })

  test('of nothing does nothing', () => {
    const { opening } = setUp()
    opening.openDrop({ files: [], folders: [] })
    expect(opening.state.get()).toEqual({ step: 'idle' })
  })
})

describe('a bundle', () => {
  const view = { filter: DENIED, open: 'g1' }
  const zip = fileOf('zip', 'b.zip')
  const bundle = { file: fileOf('a', 'b.zip'), view, notes: 'Since 22:15.', columns: null, problems: [] }

  test('opens its capture under its own name, with its view and its notes', async () => {
    const { opening, changes, kept } = setUp(null, new Map([['b.zip', bundle]]))
    await opening.openFile(zip)
    const id = idOf('a', 'b.zip')
    expect(changes).toEqual([{ at: null, ...view, capture: id }])
    expect(opening.sourceOf(id)).toMatchObject({ name: 'b.zip', bundle: { notes: 'Since 22:15.' } })
    // Its handle opens the bundle again, not the capture alone.
    expect(kept).toEqual([{ id, files: [zip] }])
  })

  test('loads its policies once it is the open source, and of several says that they are not loaded', async () => {
    const onOpened = vi.fn<() => void>()
    const withPolicies = { ...bundle, policies: 2, onOpened }
    const { opening } = setUp(null, new Map([['b.zip', withPolicies]]))
    const id = await opening.openFile(fileOf('zip', 'b.zip'))
    expect(onOpened).toHaveBeenCalledOnce()
    expect(id).not.toBeNull()
    const together = await opening.openTogether([fileOf('zip', 'b.zip'), fileOf('e')])
    if (together === null) throw new Error('they open')
    expect(opening.sourceOf(together)?.bundle?.problems).toEqual([
      'b.zip: its 2 files of policies, because it is opened together with others',
    ])
    expect(onOpened).toHaveBeenCalledOnce()
  })

  test('among several files keeps its notes under its name, and leaves the screen as it is', async () => {
    const other = { ...bundle, file: fileOf('c', 'c.zip'), notes: ' ' }
    const { opening, changes, kept } = setUp(
      null,
      new Map<string, CaptureOfBundle | string>([
        ['b.zip', bundle],
        ['c.zip', other],
        ['d.zip', 'The bundle has no capture.'],
      ]),
    )
    const files = [fileOf('x'), zip, fileOf('zip', 'c.zip'), fileOf('zip', 'd.zip')]
    await opening.openTogether(files)
    const id = idOfTogether(idOf('x'), [idOf('a', 'b.zip'), idOf('c', 'c.zip')])
    expect(changes).toEqual([{ open: null, at: null, capture: id }])
    expect(opening.sourceOf(id)).toMatchObject({
      name: 'x.jsonl and 2 more',
      bundle: { notes: 'b.zip: Since 22:15.', columns: null, problems: [] },
    })
    expect(kept).toEqual([{ id, files: files.slice(0, 3) }])
    expect(opening.state.get()).toMatchObject({
      step: 'left-out',
      opened: 3,
      leftOut: [{ name: 'd.zip', check: { say: 'The bundle has no capture.' } }],
    })
  })

  test('among files of which no other one is a capture restores its screen', async () => {
    const { opening, changes } = setUp(null, new Map([['b.zip', bundle]]))
    await opening.openTogether([fileOf('refused', 'holiday.txt'), zip])
    const id = idOf('a', 'b.zip')
    expect(changes).toEqual([{ at: null, ...view, capture: id }])
    expect(opening.sourceOf(id)).toMatchObject({ bundle: { notes: 'Since 22:15.' } })
  })

  test('that the address asks for keeps the address as it is', async () => {
    const { opening, changes } = setUp(idOf('a', 'b.zip'), new Map([['b.zip', bundle]]))
    await opening.openFile(fileOf('zip', 'b.zip'))
    expect(changes).toEqual([])
    expect(opening.sourceOf(idOf('a'))).toMatchObject({ bundle: { notes: 'Since 22:15.' } })
  })

  test('without a capture is refused with the reason', async () => {
    const { opening, changes } = setUp(null, new Map([['b.zip', 'The bundle has no capture.']]))
    await opening.openFile(fileOf('zip', 'b.zip'))
    expect(opening.state.get()).toMatchObject({
      step: 'refused',
      check: { say: 'The bundle has no capture.' },
    })
    expect(changes).toEqual([])
  })
})
