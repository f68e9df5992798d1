import { expect, test } from 'vitest'

import { formatMinute } from '../../lib/format.ts'
import type { ClusterState } from '../../source/cluster-states.ts'
import { describeCluster } from './cluster-state-words.ts'

const NOW = 1_790_000_010

const describeState = (state: Partial<ClusterState>) =>
  describeCluster({
    name: 'a',
    state: 'live',
    cause: null,
    since: NOW - 600,
    lastBucket: null,
    deniedPairs: null,
    newDenials: null,
    now: NOW,
    ...state,
  })

test('a cluster is live with the age of its newest bucket', () => {
  expect(describeState({})).toMatchObject({ state: 'live, no flows yet', age: null })
  expect(describeState({ lastBucket: NOW - 30 })).toMatchObject({
    state: 'live',
    age: '15 s',
    ageOf: 'behind',
  })
  expect(describeState({ lastBucket: NOW - 200 })).toMatchObject({ state: 'live', age: '3 min' })
})

test('a bucket that Goldmane cannot have sent yet by our clock is not called fresh', () => {
  expect(describeState({ lastBucket: NOW - 16 })).toMatchObject({ state: 'live', age: '1 s' })
  const ahead = { state: 'live, its clock is ahead', age: null }
  expect(describeState({ lastBucket: NOW - 14 })).toMatchObject(ahead)
  expect(describeState({ lastBucket: NOW + 600 })).toMatchObject(ahead)
})

test('new denials are bad news, and said before the denied pairs of the hour', () => {
  expect(describeState({ deniedPairs: 16, newDenials: 3 })).toMatchObject({
    headline: '3 new denials',
    isBad: true,
    detail: '16 denied pairs',
  })
  expect(describeState({ deniedPairs: 1, newDenials: 1 })).toMatchObject({
    headline: '1 new denial',
    detail: '1 denied pair',
  })
  expect(describeState({ deniedPairs: 41, newDenials: 0 })).toMatchObject({
    headline: 'no new denial',
    isBad: false,
    detail: '41 denied pairs',
  })
  expect(describeState({ deniedPairs: 0, newDenials: 0 })).toMatchObject({ detail: 'no denied pair' })
})

test('what the gateway does not know is not said', () => {
  const nothing = { headline: null, isBad: false, detail: null }
  expect(describeState({})).toMatchObject(nothing)
  expect(describeState({ deniedPairs: 16 })).toMatchObject({ ...nothing, detail: '16 denied pairs' })
  for (const state of ['reading', 'connecting'] as const)
    expect(describeState({ state, deniedPairs: 16, newDenials: 3 })).toMatchObject(nothing)
})

test('one that is away has its cause, since when, and how far its records reach', () => {
  const away = { cause: 'The name a.b was not found in DNS', since: NOW - 130, lastBucket: NOW - 200 }
  expect(describeState({ state: 'unreachable', ...away })).toEqual({
    state: 'The name a.b was not found in DNS',
    since: `since ${formatMinute(NOW - 130)}`,
    headline: 'not connected',
    isBad: true,
    detail: `records up to ${formatMinute(NOW - 185)}`,
    age: '2 min',
    ageOf: 'away',
  })
  expect(describeState({ state: 'unreachable', since: null })).toMatchObject({
    state: 'Goldmane cannot be reached',
    since: null,
    detail: null,
    age: null,
  })
  const cause = 'Goldmane has not answered since 10:00:00 UTC'
  expect(describeState({ state: 'silent', cause })).toMatchObject({
    state: cause,
    since: null,
    headline: 'does not answer',
    age: '10 min',
  })
  expect(describeState({ state: 'silent' })).toMatchObject({ state: 'Goldmane does not answer' })
})
