import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { isSameStream } from './worker-ports.ts'

const LIVE = { kind: 'live', endpoint: 'http://lab/', history: 0, scope: ALL } as const

test('a file that the worker was given ahead of the page is not opened again, and one that is chosen anew is', () => {
  const file = new File(['{}'], 'a.jsonl')
  const source = { kind: 'file', file } as const
  expect(isSameStream(source, source)).toBe(true)
  expect(isSameStream({ ...source }, source)).toBe(false)
})

test('a live stream is the same one by its address, scope and viewer', () => {
  expect(isSameStream({ ...LIVE }, LIVE)).toBe(true)
  expect(isSameStream({ ...LIVE, viewer: 'anna' }, LIVE)).toBe(false)
})
