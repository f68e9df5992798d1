import { expect, test, vi } from 'vitest'

import { lazyChunk, preloadChunks } from './preload.ts'

test('loads the declared chunks and those that they declare in turn, and tells when one fails', async () => {
  const inner = vi.fn(() => Promise.resolve('inner'))
  const outer = vi.fn(() => {
    lazyChunk(inner)
    return Promise.resolve('outer')
  })
  const load = lazyChunk(outer)
  expect(await preloadChunks()).toBe(true)
  expect(outer).toHaveBeenCalledOnce()
  expect(inner).toHaveBeenCalledOnce()
  expect(await load()).toBe('outer')

  lazyChunk(() => Promise.reject(new Error('gone')))
  expect(await preloadChunks()).toBe(false)
})
