import { describe, expect, test } from 'vitest'

import type { FieldId } from '../../flows/field.ts'
import { complete } from '../../filter/language/complete.ts'
import { print } from '../../filter/language/print.ts'
import type { Facet } from '../../state/client/facets.ts'
import { remoteOffers, labelOffers, languageOffers, filterAround, valueOffers } from './offers.ts'

/** The completion at the end of a text. */
function atEnd(text: string) {
  return complete(text, text.length)
}

function facet(field: FieldId, counts: Readonly<Record<string, number>>, distinct?: number): Facet {
  const values = Object.entries(counts).map(([value, records]) => ({ value, records, denied: 0 }))
  const records = values.reduce((sum, value) => sum + value.records, 0)
  return { field, values, distinct: distinct ?? values.length, records, denied: 0 }
}

function shown(offers: readonly { readonly text: string; readonly detail: string }[]): readonly string[] {
  return offers.map(({ text, detail }) => `${text} | ${detail}`)
}

function inserted(text: string): readonly string[] {
  return languageOffers(atEnd(text)).map((offer) => JSON.stringify(offer.text + offer.after))
}

describe('what the completion list offers', () => {
  test('values that begin with the typed text come first, and each part is sorted by count', () => {
    const counts = { 'web-app': 900, 'app-ingress': 50, 'app-egress': 40 }
    expect(shown(valueOffers(atEnd('decided = app'), facet('decided', counts)))).toEqual([
      'app-ingress | 50',
      'app-egress | 40',
      'web-app | 900',
    ])
  })

  test('all values of a closed list are offered, with counts for those that are held', () => {
    expect(shown(valueOffers(atEnd('reporter = '), facet('reporter', { Dst: 1200 })))).toEqual([
      'destination | 1,200',
      'source | ',
    ])
  })

  test('a value that needs quotes is offered in them', () => {
    expect(shown(valueOffers(atEnd('dst.name = '), facet('dst.name', { pub: 3, 'a b': 2 })))).toEqual([
      '"public network" | 3',
      '"a b" | 2',
    ])
  })

  test('values that the rest of the query excludes have the count 0, and those that only Goldmane knows are said not to be held', () => {
    const offers = remoteOffers(
      atEnd('dst.ns = '),
      facet('dst.ns', { backend: 5 }),
      facet('dst.ns', { backend: 9, db: 4 }),
      ['', 'backend', 'db', 'jobs'],
    )
    expect(shown(offers)).toEqual(['db | 0', 'jobs | in the last hour, not held'])
  })

  test('no value is said not to be held when the facet was cut off at its limit', () => {
    const under = facet('dst.ns', { backend: 5 })
    expect(remoteOffers(atEnd('dst.ns = '), under, facet('dst.ns', { backend: 5 }, 2), ['jobs'])).toEqual([])
  })

  test('label keys come with the number of their values, and the list opens again for the operators', () => {
    const labels = facet('dst.label', { 'app=web': 3, 'app=api': 2, 'my-app=x': 1, 'tier=a': 1 })
    const offers = labelOffers(atEnd('dst.label.ap'), labels)
    expect(shown(offers)).toEqual(['app | 2 values', 'my-app | 1 value'])
    expect(offers.every(({ after, reopens }) => after === ' ' && reopens)).toBe(true)
  })

  test('after a field a blank follows, after the dot of a label field its key', () => {
    expect(inserted('dst.n')).toContain('"dst.ns "')
    expect(inserted('dst.lab')).toContain('"dst.label."')
    expect(inserted('dst.ns ')).toEqual(expect.arrayContaining(['"= "', '"in ("', '"and "']))
  })
})

describe('the filter under which values are counted', () => {
  test.each([
    ['dst.ns = backend and decided = ap', 'dst.ns = backend and decided = ap'],
    ['nginx dst.ns = ', 'nginx'],
    ['dst.ns = backend and dst.label.ap', 'dst.ns = backend'],
    ['action = deny and dst.ns in (backend, ', 'action = Deny and dst.ns = backend'],
    ['action = deny or dst.ns = ', ''],
    ['action = deny or dst.ns = x', ''],
    ['proto = tcp and (action = deny or dst.ns = x) and port = ', ''],
  ])('%s: %s', (text, filter) => {
    expect(print(filterAround(text, atEnd(text)))).toBe(filter)
  })
})
