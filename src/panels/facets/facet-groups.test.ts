import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { filteredValues, filterStateOf, noteOf, sharesOf, fieldValueOf, filterAfter } from './facet-groups.ts'

describe('a click on a facet', () => {
  const backend = fieldValueOf('dst.ns', 'backend')

  test('includes, excludes, and undoes what the filter already has', () => {
    const included = filterAfter(ALL, backend, 'include')
    expect(print(included)).toBe('dst.ns = backend')
    expect(filterStateOf(included, backend)).toBe('included')
    expect(print(filterAfter(included, backend, 'exclude'))).toBe('dst.ns != backend')
    expect(filterAfter(included, backend, 'include')).toEqual(ALL)
  })

  test('on only leaves the one value', () => {
    const both = filterAfter(filterAfter(ALL, backend, 'include'), fieldValueOf('dst.ns', 'db'), 'include')
    expect(print(filterAfter(both, backend, 'only'))).toBe('dst.ns = backend')
  })

  test('on a label filters by its key', () => {
    const filter = filterAfter(ALL, fieldValueOf('src.label', 'app=web'), 'include')
    expect(print(filter)).toBe('src.label.app = web')
    expect(filterStateOf(filter, fieldValueOf('src.label', 'app=web'))).toBe('included')
    expect(filterStateOf(filter, fieldValueOf('src.label', 'app=api'))).toBeNull()
  })
})

test('filteredValues lists the values that the filter includes or excludes, labels with their keys', () => {
  const [web, canary, old] = ['app=web', 'canary', 'app=old'].map((label) => fieldValueOf('src.label', label))
  if (web === undefined || canary === undefined || old === undefined) throw new Error('three labels')
  const filter = filterAfter(filterAfter(filterAfter(ALL, web, 'include'), canary, 'include'), old, 'exclude')
  expect(filteredValues(filter, 'src.label').toSorted()).toEqual(['app=old', 'app=web', 'canary'])
  expect(filteredValues(filter, 'dst.label')).toEqual([])
  expect(filteredValues(filterAfter(ALL, fieldValueOf('dst.ns', 'backend'), 'include'), 'dst.ns')).toEqual([
    'backend',
  ])
})

describe('a value that is overrepresented among denials', () => {
  test('is more than twice as common among them as among the rest', () => {
    const all = { records: 1100, denied: 100 }
    expect(sharesOf({ value: 'a', records: 130, denied: 80 }, all)).toEqual({
      denied: 0.8,
      rest: 0.05,
      overrepresented: 16,
    })
    expect(sharesOf({ value: 'b', records: 220, denied: 20 }, all)?.overrepresented).toBeNull()
  })

  test('is said in words, and not of fewer than 20 records', () => {
    const all = { records: 1100, denied: 100 }
    expect(noteOf({ value: 'a', records: 130, denied: 80 }, all)).toBe(
      'more often denied: 80 % of the denied records, 5.0 % of the others',
    )
    expect(noteOf({ value: 'a', records: 20, denied: 20 }, all)).toMatch(/^more often denied/)
    expect(noteOf({ value: 'a', records: 19, denied: 19 }, all)).toBe('')
  })

  test('is unknown when there are only denials, or none', () => {
    expect(sharesOf({ value: 'a', records: 5, denied: 5 }, { records: 9, denied: 9 })).toBeNull()
    expect(sharesOf({ value: 'a', records: 5, denied: 0 }, { records: 9, denied: 0 })).toBeNull()
  })

  test('has shares between 0 and 1', () => {
    fc.assert(
      fc.property(fc.nat(99), fc.nat(99), fc.nat(99), fc.nat(99), (denied, rest, moreDenied, moreRest) => {
        const all = { records: denied + rest + moreDenied + moreRest, denied: denied + moreDenied }
        const shares = sharesOf({ value: 'v', records: denied + rest, denied }, all)
        for (const share of [shares?.denied ?? 0, shares?.rest ?? 0]) {
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
