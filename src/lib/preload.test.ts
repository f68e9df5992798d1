import { expect, test, vi } from 'vitest'

import { holdChunks, laterChunk, lazyChunk, preloadChunks } from './preload.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('the chunks with a place on the screen are loaded first, and the others when the page is idle', async () => {
  holdChunks(Promise.resolve())
  const loads: string[] = []
  const load = (name: string) => async () => void loads.push(name)
  lazyChunk(load('menu'))
  laterChunk(load('timeline'))
  const idles: (() => void)[] = []
  const loading = preloadChunks(() => new Promise((resolve) => idles.push(resolve)))
  await expect.poll(() => idles).toHaveLength(1)
  expect(loads).toEqual(['timeline'])
  for (const resolve of idles) resolve()
  await loading
  expect(loads).toEqual(['timeline', 'menu'])
})

test('a later chunk waits, and is tried again while the server is away', async () => {
  const held: (() => void)[] = []
  holdChunks(new Promise((resolve) => held.push(resolve)))
  const clock = new ManualClock()
  const load = vi.fn<() => Promise<string>>()
  load.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValue('the chunk')
  const loading = laterChunk(load, clock)()
  expect(load).not.toHaveBeenCalled()
  for (const release of held) release()
  await expect.poll(() => clock.waiting).toBe(1)
  expect(load).toHaveBeenCalledTimes(1)
  clock.advance(2000)
  expect(await loading).toBe('the chunk')
})

test('a later chunk that is gone for good fails in the end', async () => {
  holdChunks(Promise.resolve())
  const clock = new ManualClock()
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError('Failed to fetch'))
  const loading = laterChunk(load, clock)()
  const failure = expect(loading).rejects.toThrow('Failed to fetch')
  for (let i = 0; i < 29; i++) {
    await expect.poll(() => clock.waiting).toBe(1)
    clock.advance(2000)
  }
  await failure
  expect(load).toHaveBeenCalledTimes(30)
})
