import { describe, expect, test } from 'vitest'

import { parse } from '../../filter/language/parse-query.ts'
import { exclusionOf } from './exclusion.ts'

/** `|` is the cursor, before and after. */
function excluded(marked: string, value: string): string | null {
  const cursor = marked.indexOf('|')
  const result = exclusionOf(marked.replace('|', ''), cursor, value)
  return result === null ? null : `${result.text.slice(0, result.cursor)}|${result.text.slice(result.cursor)}`
}

describe('an offered value is excluded', () => {
  test.each([
    ['dst.ns = back|', 'backend', 'dst.ns != backend|'],
    ['dst.ns = |', 'backend', 'dst.ns != backend|'],
    ['dst.ns:back|', 'backend', 'dst.ns != backend|'],
    ['dst.ns ~ back|', 'backend', 'dst.ns != backend|'],
    ['dst.ns = ba|ck and action = deny', 'backend', 'dst.ns != backend| and action = deny'],
    ['action = deny or dst.label.app = a|', '"a b"', 'action = deny or dst.label.app != "a b"|'],
    ['(dst.ns = back|) or port = 80', 'backend', '(dst.ns != backend|) or port = 80'],
  ])('%s with %s: %s', (before, value, after) => {
    expect(excluded(before, value)).toBe(after)
  })

  test.each([
    ['dst.ns in (back|', 'backend', 'dst.ns != backend|'],
    ['dst.ns in (back|) and port = 80', 'backend', 'dst.ns != backend| and port = 80'],
    ['dst.ns in (db, back|', 'backend', 'dst.ns in (db) and dst.ns != backend|'],
    ['dst.ns = (db, back|, web) or port = 80', 'x', 'dst.ns = (db, web) and dst.ns != x| or port = 80'],
  ])('in a list the other values stay: %s with %s: %s', (before, value, after) => {
    expect(excluded(before, value)).toBe(after)
    expect(parse(after.replace('|', '')).ok).toBe(true)
  })

  test.each(['dst.|', 'dst.ns |', 'dst.ns != back|', 'dst.ns not in (db, back|', 'not dst.ns = back|'])(
    'not in %s',
    (before) => {
      expect(excluded(before, 'backend')).toBeNull()
    },
  )
})
