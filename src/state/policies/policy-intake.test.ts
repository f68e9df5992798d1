import { expect, test } from 'vitest'

import { Observable } from '../../lib/observable.ts'
import type { PoliciesState } from './policies-state.ts'
import { type PolicyFile, PolicyIntake } from './policy-intake.ts'
import type { PolicyDocument } from './use-policies.ts'

function fileOf(path: string, text = path): PolicyFile {
  return { path, file: new File([text], 'any.yaml') }
}

/** A client that loads whatever it is given, after a moment. */
function setUp() {
  const state = new Observable<PoliciesState>({
    documents: [],
    loaded: null,
    version: 0,
    reading: null,
    trouble: null,
  })
  const loads: (readonly PolicyDocument[])[] = []
  const load = async (documents: readonly PolicyDocument[]) => {
    loads.push(documents)
    await Promise.resolve()
    state.set({ ...state.get(), documents })
  }
  const intake = new PolicyIntake({ state, load })
  const names = () => state.get().documents.map(({ name }) => name)
  return { intake, loads, names, state }
}

test('files are loaded beside those of before, and one of the same path in its place', async () => {
  const { intake, names, state } = setUp()
  await Promise.all([intake.add([fileOf('a.yaml'), fileOf('b/c.yaml')]), intake.add([fileOf('d.yaml')])])
  expect(names()).toEqual(['a.yaml', 'b/c.yaml', 'd.yaml'])
  await intake.add([fileOf('b/c.yaml', 'newer')])
  expect(names()).toEqual(['a.yaml', 'b/c.yaml', 'd.yaml'])
  expect(state.get().documents[1]?.text).toBe('newer')
})

test('what was pasted takes nobody’s place', async () => {
  const { intake, names } = setUp()
  await intake.add([fileOf('', 'one')])
  await intake.add([fileOf('', 'two')])
  expect(names()).toEqual(['pasted text', 'pasted text 2'])
})

test('files are removed by their path, and all of them', async () => {
  const { intake, names, loads } = setUp()
  await intake.add([fileOf('a.yaml'), fileOf('b/c.yaml'), fileOf('b/d.yaml')], ['notes.md'])
  expect(intake.state.get().others).toEqual(['notes.md'])
  await intake.remove((path) => path.startsWith('b/'))
  expect(names()).toEqual(['a.yaml'])
  expect(intake.state.get().others).toEqual([])
  await intake.remove(() => true)
  expect(loads.at(-1)).toEqual([])
})

test('a file that cannot be read is named, and the others are loaded', async () => {
  const { intake, names } = setUp()
  const file = new File([''], 'gone.yaml')
  file.text = () => Promise.reject(new DOMException('gone', 'NotReadableError'))
  await intake.add([{ path: 'gone.yaml', file }, fileOf('a.yaml')])
  expect(intake.state.get()).toMatchObject({ unreadable: ['gone.yaml'], reading: 0 })
  expect(names()).toEqual(['a.yaml'])
})

test('too many files, or too many bytes, are refused before they are read', async () => {
  const { intake, loads } = setUp()
  await intake.add([fileOf('a.yaml')])
  await intake.add(Array.from({ length: 10_000 }, (_, n) => fileOf(`${n}.yaml`)))
  expect(intake.state.get().refused).toBe('At most 10,000 files are loaded together.')
  const file = new File([''], 'large.yaml')
  Object.defineProperty(file, 'size', { value: 257 * 1024 * 1024 })
  await intake.add([{ path: 'large.yaml', file }])
  expect(intake.state.get().refused).toBe('At most 256 MB are loaded together.')
  expect(loads).toHaveLength(1)
})

test('documents of a bundle take the place of all, and a file that of all versions of its name', async () => {
  const { intake, names, state } = setUp()
  await intake.serve([{ name: 'server.yaml', text: 'a' }])
  await intake.replace([
    { name: 'app', text: 'older', until: 5 },
    { name: 'app', text: 'newer', from: 5 },
    { name: 'tier', text: 'b', from: 2 },
  ])
  expect(intake.isOwn.get()).toBe(true)
  await intake.add([fileOf('c.yaml')])
  expect(names()).toEqual(['app', 'app', 'tier', 'c.yaml'])
  expect(state.get().documents[1]).toEqual({ name: 'app', text: 'newer', from: 5 })
  await intake.add([fileOf('app', 'newest')])
  expect(names()).toEqual(['app', 'tier', 'c.yaml'])
  expect(state.get().documents[0]).toEqual({ name: 'app', text: 'newest' })
  // The server's do not come back by themselves.
  await intake.serve([])
  expect(names()).toEqual(['app', 'tier', 'c.yaml'])
})
