import { expect, test } from 'vitest'

import { oncePerFrame } from './once-per-frame.ts'

test('the first task of a frame is not delayed, the others run in the next frame', async () => {
  let frames: (() => void)[] = []
  const frame = (): void => {
    const due = frames
    frames = []
    for (const run of due) run()
  }
  const ran: string[] = []
  const schedule = oncePerFrame((run) => frames.push(run))
  schedule(() => ran.push('first'))
  expect(ran).toEqual([])
  await Promise.resolve()
  expect(ran).toEqual(['first'])
  schedule(() => ran.push('second'))
  await Promise.resolve()
  expect(ran).toEqual(['first'])
  frame()
  expect(ran).toEqual(['first', 'second'])
  schedule(() => ran.push('third'))
  await Promise.resolve()
  expect(ran).toEqual(['first', 'second', 'third'])
})
