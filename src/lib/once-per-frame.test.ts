import { expect, test } from 'vitest'

import { oncePerFrame } from './once-per-frame.ts'

/** Frames that a test lets come. */
function setUp() {
  let frames: (() => void)[] = []
  const frame = (): void => {
    const due = frames
    frames = []
    for (const run of due) run()
  }
  return { frame, schedule: oncePerFrame((run) => frames.push(run)) }
}

test('the first task of a frame is not delayed, the others run in the next frame', async () => {
  const { frame, schedule } = setUp()
  const ran: string[] = []
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

test('an urgent task runs at once, in the place of one that waits, and then only with the next frame', async () => {
  const { frame, schedule } = setUp()
  const ran: string[] = []
  schedule(() => ran.push('replaced'))
  schedule(() => ran.push('urgent'), true)
  expect(ran).toEqual(['urgent'])
  await Promise.resolve()
  expect(ran).toEqual(['urgent'])
  schedule(() => ran.push('late'), true)
  expect(ran).toEqual(['urgent'])
  frame()
  expect(ran).toEqual(['urgent', 'late'])
  schedule(() => ran.push('first of its frame'), true)
  expect(ran).toEqual(['urgent', 'late', 'first of its frame'])
})
