import { describe, expect, test } from 'vitest'

import { parseScope } from './scope.ts'

describe('a scope', () => {
  test.each(['dst.ns = backend', 'src.ns = (a, b) and reporter = dst', 'bytes > 1MB', ''])(
    'may be %j',
    (text) => {
      expect(parseScope(text).ok).toBe(true)
    },
  )

  test.each(['seen < 5m', 'dst.ns = backend and not (port = 80 or seen > 1h)'])(
    '%s is refused: what has just arrived has no age',
    (text) => {
      const parsed = parseScope(text)
      expect(parsed).toMatchObject({ ok: false, errors: [{ from: 0, to: text.length }] })
      expect(!parsed.ok && parsed.errors[0]?.message).toContain('cannot ask for seen')
    },
  )

  test('with a mistake in it says what the query bar says', () => {
    expect(parseScope('dst.nss = backend')).toMatchObject({ ok: false, errors: [{ suggestion: 'dst.ns' }] })
  })
})
