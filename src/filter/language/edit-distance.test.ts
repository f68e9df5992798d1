import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { editDistance, nearest } from './edit-distance.ts'

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['port', 'port', 0],
    ['prot', 'port', 1],
    ['por', 'port', 1],
    ['porrt', 'port', 1],
    ['pert', 'port', 1],
    ['kitten', 'sitting', 3],
    ['abcd', 'badc', 2],
    ['ca', 'abc', 3],
  ])('from %j to %j is %j', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })

  test('is between the difference in length and the greater length, and 0 for equal words only', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b)
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(distance === 0).toBe(a === b)
      }),
    )
  })
})

describe('the nearest word', () => {
  test.each([
    ['prt', ['port'], 'port'],
    ['pr', ['port'], undefined],
    ['ptr', ['xyz', 'abc'], undefined],
    ['porxx', ['port'], 'port'],
    ['poxxx', ['port'], undefined],
    ['actxxx', ['action'], undefined],
    ['reprotxx', ['reporter'], 'reporter'],
    ['rxxorxxr', ['reporter'], undefined],
    ['ACTOIN', ['bytes', 'Action'], 'Action'],
    ['', ['port'], undefined],
    ['p'.repeat(41), ['p'.repeat(41)], undefined],
    ['p'.repeat(40), ['p'.repeat(40)], 'p'.repeat(40)],
  ])('to %j among %j is %j', (typed, candidates, expected) => {
    expect(nearest(typed, candidates)).toBe(expected)
  })

  test('is the closest, and of equally close ones the first', () => {
    expect(nearest('prots', ['proto', 'ports', 'protoc'])).toBe('proto')
    expect(nearest('polcy', ['police', 'policy'])).toBe('policy')
  })

  test('starts with the word, unless another is one edit away', () => {
    expect(nearest('dst', ['test', 'dst.ns'])).toBe('dst.ns')
    expect(nearest('dest', ['destination', 'test'])).toBe('test')
    expect(nearest('desti', ['tests', 'destination'])).toBe('destination')
  })
})
