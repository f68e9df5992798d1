import { afterEach, expect, test, vi } from 'vitest'

import { commands } from '../commands/commands.ts'
import type { OpeningHost } from './capture-opening.ts'
import { rememberPath } from './folder-handles.ts'
import { takePolicies } from './take-policies.ts'

const TIER = 'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: app }\n'
const HOST: Pick<OpeningHost, 'check' | 'openBundle'> = {
  check: async (file) =>
    (await file.text()).startsWith('capture')
      ? { ok: true, id: { name: file.name, size: file.size, hash: 'a' } }
      : { ok: false, say: 'No record in it.', reasons: [], refused: 0 },
  openBundle: async () => null,
}
const CAPTURE = new File(['capture'], 'flows.ndjson')
const NOTES = new File(['dear diary'], 'notes.md')

const opened = vi.fn<() => void>()
let unregister = commands.register('policies.open', opened)
afterEach(() => {
  opened.mockClear()
  commands.say('')
})

async function take(files: readonly File[]) {
  const add = vi.fn(async () => {})
  const left = await takePolicies(files, HOST, { add }, new AbortController().signal)
  return { left, add }
}

test('policies are taken by what is in them, with their paths, and shown', async () => {
  const [inFolder, named] = [new File([TIER], 'tier.txt'), new File(['a: [broken'], 'b.yml')]
  rememberPath(inFolder, 'policies/app/tier.txt')
  const { left, add } = await take([inFolder, named])
  expect(left).toEqual([])
  expect(add).toHaveBeenCalledExactlyOnceWith(
    [
      { file: inFolder, path: 'policies/app/tier.txt' },
      { file: named, path: 'b.yml' },
    ],
    [],
  )
  expect(opened).toHaveBeenCalledOnce()
})

test('they are shown once the page has the panel', async () => {
  unregister()
  await take([new File([TIER], 'tier.yaml')])
  unregister = commands.register('policies.open', opened)
  await expect.poll(() => opened.mock.calls.length).toBe(1)
})

test('captures beside policies are left to be opened, other files are named', async () => {
  const policies = new File([TIER], 'tier.yaml')
  const { left, add } = await take([NOTES, policies, CAPTURE])
  expect(left).toEqual([CAPTURE])
  expect(add).toHaveBeenCalledExactlyOnceWith([{ file: policies, path: 'tier.yaml' }], ['notes.md'])
  expect(opened).not.toHaveBeenCalled()
  await expect.poll(() => commands.said()).toMatch(/^1 file of policies loaded beside the capture/)
})

test('without policies nothing is looked into, and what was pasted has no path', async () => {
  expect((await take([NOTES, CAPTURE])).left).toEqual([NOTES, CAPTURE])
  const pasted = new File([TIER], 'pasted trace')
  const { add } = await take([pasted])
  expect(add).toHaveBeenCalledExactlyOnceWith([{ file: pasted, path: '' }], [])
})

test('a drop that was given up loads nothing', async () => {
  const add = vi.fn(async () => {})
  const abort = new AbortController()
  const taking = takePolicies([new File([TIER], 'a')], HOST, { add }, abort.signal)
  abort.abort()
  await expect(taking).rejects.toThrow('aborted')
  expect(add).not.toHaveBeenCalled()
})
