import { describe, expect, test } from 'vitest'

import type { FieldId } from '../../flows/field.ts'
import { complete } from '../../filter/language/complete.ts'
import { print } from '../../filter/language/print.ts'
import type { Facet } from '../../state/client/rows.ts'
import { furtherOffers, labelOffers, languageOffers, surroundings, valueOffers } from './offers.ts'

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
  test('values that begin as typed come first, each group by its count', () => {
    const counts = { 'web-app': 900, 'app-ingress': 50, 'app-egress': 40 }
    expect(shown(valueOffers(atEnd('decided = app'), facet('decided', counts)))).toEqual([
      'app-ingress | 50',
      'app-egress | 40',
      'web-app | 900',
    ])
  })

  test('a closed list is offered whole, with counts where there are any', () => {
    expect(shown(valueOffers(atEnd('reporter = '), facet('reporter', { Dst: 1200 })))).toEqual([
      'destination | 1,200',
      'source | ',
    ])
  })

  test('a value that needs quotes is offered in them', () => {
    expect(shown(valueOffers(atEnd('dst.name = '), facet('dst.name', { pub: 3, 'a b': 2 })))).toEqual([
      '"PUBLIC NETWORK" | 3',
      '"a b" | 2',
    ])
  })

  test('what the rest of the query leaves out counts 0; what only Goldmane has is said not to be held', () => {
    const offers = furtherOffers(
      atEnd('dst.ns = '),
      facet('dst.ns', { backend: 5 }),
      facet('dst.ns', { backend: 9, db: 4 }),
      ['', 'backend', 'db', 'jobs'],
    )
    expect(shown(offers)).toEqual(['db | 0', 'jobs | in the last hour, not held'])
  })

  test('nothing is said not to be held while not all that is held is known', () => {
    const under = facet('dst.ns', { backend: 5 })
    expect(furtherOffers(atEnd('dst.ns = '), under, facet('dst.ns', { backend: 5 }, 2), ['jobs'])).toEqual([])
  })

  test('label keys come with the number of their values, and the list goes on to the operators', () => {
    const labels = facet('dst.label', { 'app=web': 3, 'app=api': 2, 'my-app=x': 1, 'tier=a': 1 })
    const offers = labelOffers(atEnd('dst.label.ap'), labels)
    expect(shown(offers)).toEqual(['app | 2 values', 'my-app | 1 value'])
    expect(offers.every(({ after, goesOn }) => after === ' ' && goesOn)).toBe(true)
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
    expect(print(surroundings(text, atEnd(text)))).toBe(filter)
  })
})
