import { expect, test } from 'vitest'

import { matches } from '../../filter/testing/matches.ts'
import { print } from '../../filter/language/print.ts'
import { buildFlow, buildKey } from '../../flows/testing/build.ts'
import { conversationQuery } from './conversation-query.ts'

test('asks for both ends, protocol and port, with a star in a name as itself', () => {
  const query = conversationQuery(buildKey())
  expect(print(query)).toBe(
    'src.ns = frontend and src.name = "web-*" and dst.ns = backend and dst.name = "api-*" and proto = tcp and port = 80',
  )
  expect(matches(query, buildFlow({ reporter: 'Dst', action: 'Deny' }), 0)).toBe(true)
  expect(matches(query, buildFlow({ sourceName: 'web-1' }), 0)).toBe(false)
  expect(matches(query, buildFlow({ destPort: 443 }), 0)).toBe(false)
})

test('asks for nothing that the record does not have', () => {
  expect(print(conversationQuery(buildKey({ sourceName: '', proto: 'icmp', destPort: 0 })))).not.toContain(
    'src.name',
  )
})
