import { expect, test } from 'vitest'

import { afterPaint } from './after-paint.ts'

test('tasks that wait for the same paint run together and in order, later ones after a later paint', async () => {
  const ran: string[] = []
  await new Promise<void>((resolve) => {
    afterPaint(() => {
      ran.push('first')
      void Promise.resolve().then(() => ran.push('between'))
      afterPaint(() => {
        ran.push('next frame')
        resolve()
      })
    })
    afterPaint(() => ran.push('second'))
    expect(ran).toEqual([])
  })
  expect(ran).toEqual(['first', 'second', 'between', 'next frame'])
})
