import { describe, expect, test } from 'vitest'
import { browserLeft } from './request/refused-call.ts'
import { WaitingLine } from './waiting-line.ts'

/** A line of one place, which somebody has, and the order in which the others get it. */
async function busyLine(limits = { waiting: 100, waitingPerClient: 10 }) {
  const line = new WaitingLine({ places: 1, ...limits })
  const admitted: string[] = []
  const forever = new AbortController().signal
  const free = await line.enter('first', forever)
  return {
    line,
    admitted,
    enter: (client: string, signal = forever) =>
      line.enter(client, signal).then((leave) => {
        admitted.push(client)
        leave()
      }),
    free,
  }
}

describe('clients take turns', () => {
  test('so that one who asks for much waits for its own calls alone', async () => {
    const { enter, free, admitted, line } = await busyLine()
    const all = ['greedy', 'greedy', 'greedy', 'greedy', 'alice', 'bob', 'alice'].map((each) => enter(each))
    expect(line.waiting).toBe(7)
    free()
    await Promise.all(all)
    expect(admitted).toEqual(['greedy', 'alice', 'bob', 'greedy', 'alice', 'greedy', 'greedy'])
    expect([line.taken, line.waiting]).toEqual([0, 0])
  })

  test('also when one of them leaves the line', async () => {
    const { enter, free, admitted, line } = await busyLine()
    const leaving = new AbortController()
    const left = enter('alice', leaving.signal)
    const others = ['bob', 'alice'].map((each) => enter(each))
    leaving.abort(browserLeft())
    await expect(left).rejects.toThrow('The browser went away')
    expect(line.waiting).toBe(2)
    free()
    await Promise.all(others)
    expect(admitted.toSorted()).toEqual(['alice', 'bob'])
    expect([line.taken, line.waiting]).toEqual([0, 0])
  })
})

test('one client cannot fill the line', async () => {
  const { enter, free, admitted } = await busyLine({ waiting: 5, waitingPerClient: 3 })
  const waiting = [enter('greedy'), enter('greedy'), enter('greedy')]
  await expect(enter('greedy')).rejects.toThrow('More than 3 of your calls wait for an answer already')
  waiting.push(enter('alice'), enter('alice'))
  await expect(enter('bob')).rejects.toThrow('More than 5 calls wait for an answer already')
  free()
  await Promise.all(waiting)
  expect(admitted).toEqual(['greedy', 'alice', 'greedy', 'alice', 'greedy'])
})
