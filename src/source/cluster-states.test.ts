import { expect, test } from 'vitest'
import { fetchClusterStates } from './cluster-states.ts'

const signal = new AbortController().signal
const LAB = {
  name: 'lab-1',
  state: 'live',
  cause: null,
  since: 1_799_999_000,
  lastBucket: 1_800_000_000,
  deniedPairs: 16,
  newDenials: 3,
  now: 1_800_000_029,
}

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

test('a gateway that does not tell the denials, nor since when, is read all the same', async () => {
  const { since: _since, deniedPairs: _pairs, newDenials: _new, ...older } = LAB
  const states = await fetchClusterStates('http://h/', signal, async () => Response.json([older]))
  expect(states.get('lab-1')).toEqual({ ...LAB, since: null, deniedPairs: null, newDenials: null })
})

test.each([
  { state: 'asleep' },
  { since: 'yesterday' },
  { deniedPairs: '16' },
  { deniedPairs: -1 },
  { newDenials: 1.5 },
])('an answer with %j is an error', async (part) => {
  const states = fetchClusterStates('http://h/', signal, async () => Response.json([{ ...LAB, ...part }]))
  await expect(states).rejects.toThrow()
})
