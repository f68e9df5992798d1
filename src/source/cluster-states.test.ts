import { expect, test } from 'vitest'
import { fetchClusterStates } from './cluster-states.ts'

const signal = new AbortController().signal
const LAB = { name: 'lab-1', state: 'live', cause: null, lastBucket: 1_800_000_000, now: 1_800_000_029 }

test('the states are those of clusters.json beside the page, by name', async () => {
  const asked: unknown[] = []
  const states = await fetchClusterStates('http://h/x/?q=1', signal, async (url) => {
    asked.push(url)
    return Response.json([LAB, { ...LAB, name: 'prod', state: 'unreachable', cause: 'no such host' }])
  })
  expect(asked).toEqual(['http://h/x/clusters.json'])
  expect([...states.keys()]).toEqual(['lab-1', 'prod'])
  expect(states.get('lab-1')).toEqual(LAB)
})

test('an answer that is not valid is an error', async () => {
  const states = fetchClusterStates('http://h/', signal, async () =>
    Response.json([{ ...LAB, state: 'asleep' }]),
  )
  await expect(states).rejects.toThrow()
})
