import { describe, expect, test } from 'vitest'

import { matches } from '../../filter/testing/matches.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { buildFlow, buildKey } from '../../flows/testing/build.ts'
import { groupsQuery } from './groups-query.ts'

const denied = (destPort: number, sourceName = 'test') => ({ action: 'Deny', destPort, sourceName }) as const

describe('a query for some groups', () => {
  test('names a group once, whatever its ports', () => {
    const query = groupsQuery([22, 23, 443].map((port) => buildKey(denied(port))))
    expect(query === null ? '' : print(query)).toBe(
      'src.ns = frontend and src.name = test and dst.ns = backend and dst.name = api-* and reporter = source and action = Deny and decided = default-deny',
    )
  })

  test('matches the pods of another rollout', () => {
    const query = groupsQuery([buildKey(denied(22, 'web-6f7c9d5b8d-*'))])
    if (query === null) throw new Error('a group fits a link')
    expect(matches(query, buildFlow(denied(22, 'web-7c5d9f4b66-*')), 0)).toBe(true)
    expect(matches(query, buildFlow(denied(22, 'website')), 0)).toBe(false)
  })

  test('matches each of them and no other source, reporter or verdict', () => {
    const query = groupsQuery([buildKey(denied(22)), buildKey(denied(443, 'probe'))])
    if (query === null) throw new Error('two groups fit a link')
    expect(matches(query, buildFlow(denied(22)), 0)).toBe(true)
    expect(matches(query, buildFlow(denied(443, 'probe')), 0)).toBe(true)
    expect(matches(query, buildFlow(denied(443, 'other')), 0)).toBe(false)
    expect(matches(query, buildFlow({ ...denied(22), reporter: 'Dst' }), 0)).toBe(false)
    expect(matches(query, buildFlow({ ...denied(22), action: 'Allow' }), 0)).toBe(false)
    expect(parse(print(query))).toMatchObject({ ok: true })
  })

  test('is null for no keys, and for more than a link can hold', () => {
    expect(groupsQuery([])).toBeNull()
    const many = Array.from({ length: 200 }, (_, i) => buildKey(denied(22, `source-${i}`)))
    expect(groupsQuery(many)).toBeNull()
  })
})
