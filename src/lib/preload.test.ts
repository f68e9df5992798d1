import { expect, test, vi } from 'vitest'

import { later, loadTheRest } from './preload.ts'

test('loads what was declared, what that declares in turn, and says when something did not come', async () => {
  const inner = vi.fn(() => Promise.resolve('inner'))
  const outer = vi.fn(() => {
    later(inner)
    return Promise.resolve('outer')
  })
  const load = later(outer)
  expect(await loadTheRest()).toBe(true)
  expect(outer).toHaveBeenCalledOnce()
  expect(inner).toHaveBeenCalledOnce()
  expect(await load()).toBe('outer')

  later(() => Promise.reject(new Error('gone')))
  expect(await loadTheRest()).toBe(false)
})
