import { expect, test, vi } from 'vitest'

import type { Dropped } from './capture-opening.ts'
import { type FileHandle, handleOfFile } from './file-handle.ts'
import { type LaunchQueue, launchQueueOf, openLaunches } from './launched-files.ts'

function handle(name: string, permission: 'granted' | 'denied' = 'granted'): FileHandle {
  return {
    kind: 'file',
    name,
    getFile: () => Promise.resolve(new File(['{}'], name)),
    queryPermission: () => Promise.resolve(permission),
  }
}

/** What is opened when the page is launched with these. */
async function opened(...files: readonly FileHandle[]) {
  const consumers: Parameters<LaunchQueue['setConsumer']>[0][] = []
  const drops: Dropped[] = []
  openLaunches({ setConsumer: (consumer) => void consumers.push(consumer) }, (dropped) => drops.push(dropped))
  for (const launch of consumers) launch({ files })
  for (const launch of consumers) launch({})
  await vi.waitFor(() => expect(drops.length).toBeGreaterThanOrEqual(files.length > 0 ? 1 : 0))
  return drops
}

test('a capture that the page is launched with is opened, with its handle for a reload', async () => {
  const only = handle('monday.ndjson')
  const [dropped, ...others] = await opened(only)
  expect(others).toEqual([])
  expect(dropped?.files.map(({ name }) => name)).toEqual(['monday.ndjson'])
  expect(await handleOfFile(dropped?.files[0] ?? new File([], ''))).toBe(only)
})

test('of several the reader chooses, and what may not be read is left out', async () => {
  const handles = [handle('a.ndjson'), handle('secret.ndjson', 'denied'), handle('b.ndjson')]
  const [dropped] = await opened(...handles)
  expect(dropped?.files.map(({ name }) => name)).toEqual(['a.ndjson', 'b.ndjson'])
  expect(await Promise.all((dropped?.files ?? []).map(handleOfFile))).toEqual([handles[0], handles[2]])
})

test('a browser without a launch queue opens nothing', () => {
  expect(launchQueueOf({})).toBeUndefined()
  const openDrop = vi.fn()
  openLaunches(undefined, openDrop)
  expect(openDrop).not.toHaveBeenCalled()
})
