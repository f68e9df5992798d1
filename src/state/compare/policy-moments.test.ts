import { expect, test } from 'vitest'

import { policyMomentsOf } from './policy-moments.ts'

const RANGE = { from: 1000, to: 2000 }

/** The moments of one document that changed at these times. */
function momentsAt(times: readonly number[]): readonly number[] {
  const documents = times.map((from) => ({ name: 'a.yaml', from }))
  return policyMomentsOf(documents, RANGE).map(({ time }) => time)
}

test('a version that ends and the next that begins are one change, the newest change comes first', () => {
  const documents = [
    { name: 'files.yaml' },
    { name: 'deny.yaml', until: 1500 },
    { name: 'deny.yaml', from: 1500 },
    { name: 'allow.yaml', from: 1500 },
    { name: 'dns.yaml', from: 1800 },
  ]
  expect(policyMomentsOf(documents, RANGE)).toEqual([
    { time: 1800, names: ['dns.yaml'] },
    { time: 1500, names: ['allow.yaml', 'deny.yaml'] },
  ])
})

test('a change outside of what can be compared is none, and of many the newest are given', () => {
  expect(momentsAt([900, 1000, 1001, 1999, 2000])).toEqual([1999, 1001])
  expect(momentsAt(Array.from({ length: 10 }, (_, i) => 1100 + i))).toEqual([
    1109, 1108, 1107, 1106, 1105, 1104,
  ])
})
