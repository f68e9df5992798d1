import { describe, expect, test } from 'vitest'

import { matches } from '../../filter/testing/matches.ts'
import { parse } from '../../filter/language/parse.ts'
import { print } from '../../filter/language/print.ts'
import { buildFlow, buildKey } from '../../flows/testing/build.ts'
import { signaturesQuery } from './signatures-query.ts'

const denied = (destPort: number, sourceName = 'test') => ({ action: 'Deny', destPort, sourceName }) as const

describe('a query for some signatures', () => {
  test('has one clause for those that differ in their port alone', () => {
    const query = signaturesQuery([22, 23, 443].map((port) => buildKey(denied(port))))
    expect(query === null ? '' : print(query)).toBe(
      'src.ns = frontend and src.name = test and dst.ns = backend and dst.name = "api-*" and proto = tcp and reporter = source and action = Deny and decided = default-deny and port = (22, 23, 443)',
    )
  })

  test('matches each of them and no other port, source, reporter or verdict', () => {
    const query = signaturesQuery([buildKey(denied(22)), buildKey(denied(443, 'probe'))])
    if (query === null) throw new Error('two signatures fit a link')
    expect(matches(query, buildFlow(denied(22)), 0)).toBe(true)
    expect(matches(query, buildFlow(denied(443, 'probe')), 0)).toBe(true)
    expect(matches(query, buildFlow(denied(443)), 0)).toBe(false)
    expect(matches(query, buildFlow({ ...denied(22), reporter: 'Dst' }), 0)).toBe(false)
    expect(matches(query, buildFlow({ ...denied(22), action: 'Allow' }), 0)).toBe(false)
    expect(parse(print(query))).toMatchObject({ ok: true })
  })

  test('is null for no keys, and for more than a link can hold', () => {
    expect(signaturesQuery([])).toBeNull()
    const many = Array.from({ length: 200 }, (_, i) => buildKey(denied(22, `source-${i}`)))
    expect(signaturesQuery(many)).toBeNull()
  })
})
