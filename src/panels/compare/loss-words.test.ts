import { expect, test } from 'vitest'

import { compareSides } from '../../compare/compare.ts'
import { A, B, buildSide, records } from '../../compare/testing/build-side.ts'
import { lossSentences } from './loss-words.ts'

const NOTHING_LOST = { evicted: 0, refused: 0, incomplete: null }

test('says of each side what is missing, and what its records are', () => {
  const b = buildSide(B, records({}))
  b.lack([{ from: B.from, to: B.from + 60, cause: null }])
  const a = buildSide(A, records({}))
  a.stepSeconds = 3600
  const comparison = compareSides(a, b)
  const losses = {
    a: { ...NOTHING_LOST, evicted: 2 },
    b: { ...NOTHING_LOST, refused: 1, incomplete: 'a shard is down' },
  }
  expect(lossSentences({ comparison, losses }, (from, to) => `of ${to - from} s`)).toEqual([
    'Records of A are sums of 1 h',
    'Of A 2 records may be missing, which did not fit the memory',
    'B has a gap of 60 s',
    'Because of the gap in B, what is gone from B may be there, and was not recorded',
    'B is not complete: a shard is down',
    '1 record of B could not be read and is left out',
  ])
})

test('says of a side without records that the other one seems new or gone', () => {
  const losses = { a: NOTHING_LOST, b: NOTHING_LOST }
  const comparison = compareSides(buildSide(A), buildSide(B, records({})))
  expect(lossSentences({ comparison, losses }, String)).toEqual([
    'A has no record that matches, so that all of B seems new',
  ])
})
