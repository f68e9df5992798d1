import { expect, test } from 'vitest'

import type { ClusterState } from '../../source/cluster-states.ts'
import { clusterStateInWords } from './use-cluster-states.ts'

const NOW = 1_790_000_010

const words = (state: Partial<ClusterState>) =>
  clusterStateInWords({ name: 'a', state: 'live', cause: null, lastBucket: null, now: NOW, ...state })

test('a cluster is live with the age of its newest bucket', () => {
  expect(words({})).toBe('live, no flows yet')
  expect(words({ lastBucket: NOW - 30 })).toBe('live, 15 s behind')
  expect(words({ lastBucket: NOW - 200 })).toBe('live, 3 min behind')
})

test('a bucket that Goldmane cannot have sent yet by our clock is not called fresh', () => {
  expect(words({ lastBucket: NOW - 16 })).toBe('live, 1 s behind')
  expect(words({ lastBucket: NOW - 14 })).toBe('live, its clock is ahead')
  expect(words({ lastBucket: NOW + 600 })).toBe('live, its clock is ahead')
})

test('one that is away has its cause, said once', () => {
  const cause = 'Goldmane has not answered since 10:00:00 UTC'
  expect(words({ state: 'silent', cause })).toBe(cause)
  expect(words({ state: 'silent' })).toBe('Goldmane does not answer')
  expect(words({ state: 'unreachable', cause: 'The name a.b was not found in DNS' })).toBe(
    'not connected: the name a.b was not found in DNS',
  )
  expect(words({ state: 'unreachable' })).toBe('not connected: Goldmane cannot be reached')
})
