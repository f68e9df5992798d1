import { describe, expect, test } from 'vitest'
import { latestWins } from './latest-wins.ts'

/** A task whose calls end when the test says so. */
function heldTask() {
  const calls: { input: string; end: (output: string) => void; fail: (error: Error) => void }[] = []
  const task = (input: string) =>
    new Promise<string>((resolve, reject) => {
      calls.push({ input, end: resolve, fail: reject })
    })
  return { calls, task }
}

describe('latestWins', () => {
  test('runs the first call at once and, of those that wait, only the newest', async () => {
    const { calls, task } = heldTask()
    const ask = latestWins(task)
    const answers = [ask('a'), ask('ab'), ask('abc')]
    expect(calls.map((call) => call.input)).toEqual(['a'])
    calls[0]?.end('A')
    expect(await answers[0]).toBe('A')
    expect(await answers[1]).toBeNull()
    calls[1]?.end('ABC')
    expect(await answers[2]).toBe('ABC')
    expect(calls.map((call) => call.input)).toEqual(['a', 'abc'])
  })

  test('goes on after a call that failed, and after it was idle', async () => {
    const { calls, task } = heldTask()
    const ask = latestWins(task)
    const failing = ask('a')
    calls[0]?.fail(new Error('no'))
    await expect(failing).rejects.toThrow('no')
    const next = ask('b')
    calls[1]?.end('B')
    expect(await next).toBe('B')
  })
})
