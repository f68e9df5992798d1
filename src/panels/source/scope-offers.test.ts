import { describe, expect, test } from 'vitest'

import { complete } from '../../filter/language/complete.ts'
import type { Facet } from '../../state/client/facets.ts'
import { scopeOffers } from './scope-offers.ts'

const namespaces: Facet = {
  field: 'dst.ns',
  values: [
    { value: 'backend', records: 1204, denied: 3 },
    { value: '-', records: 7, denied: 0 },
  ],
  distinct: 2,
  records: 1211,
  denied: 3,
}

function offered(text: string, held?: Facet, hints: readonly string[] = []): readonly string[] {
  return scopeOffers(text, complete(text, text.length), held, hints).map((offer) => offer.text)
}

describe('the offers for a scope', () => {
  test('are the fields that a scope can contain', () => {
    expect(offered('dst.n')).toContain('dst.ns')
    expect(offered('port = 80 and src.n')).toContain('port = 80 and src.ns')
    expect(offered('see')).not.toContain('seen')
  })

  test('are the values held with their counts, then those of the last hour, each once', () => {
    const text = 'dst.ns = '
    const offers = scopeOffers(text, complete(text, text.length), namespaces, ['backend', 'db'])
    expect(offers).toEqual([
      { text: 'dst.ns = backend', detail: '1,204 held' },
      { text: 'dst.ns = -', detail: '7 held' },
      { text: 'dst.ns = db', detail: 'in the last hour' },
    ])
    expect(offered('dst.ns = d', namespaces, ['backend', 'db'])).toEqual(['dst.ns = backend', 'dst.ns = db'])
  })

  test('quote values that need quotes, and list the values of a closed list', () => {
    expect(offered('dst.ns in (db, ', undefined, ['two words'])).toEqual(['dst.ns in (db, "two words"'])
    expect(offered('action = de')).toEqual(['action = Deny'])
  })

  test('are neither the text itself nor values of another field', () => {
    expect(offered('dst.ns = backend', namespaces)).toEqual([])
    expect(offered('src.ns = ', namespaces)).toEqual([])
  })
})
