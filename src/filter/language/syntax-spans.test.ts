import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { syntaxSpans } from './syntax-spans.ts'
import { MAX_QUERY_CHARS } from './token-reader.ts'

/** Each span as `role:text`, with `!` where it is wrong. */
function show(text: string): string {
  return syntaxSpans(text)
    .map(({ from, to, role, wrong }) => `${role}:${text.slice(from, to)}${wrong ? '!' : ''}`)
    .join(' ')
}

describe('syntax spans', () => {
  test('have the role of each token', () => {
    expect(show('-src.label.app = (web, "a b", x*) or port>80 dns')).toBe(
      'keyword:- field:src.label.app operator:= bracket:( value:web bracket:, string:"a b" bracket:, wildcard:x* ' +
        'bracket:) keyword:or field:port operator:> number:80 word:dns',
    )
  })

  test('are wrong where an error is, and have their role elsewhere', () => {
    expect(show('srv = x and port ~ 80 and action = dney and not')).toBe(
      'error:srv! operator:= value:x keyword:and field:port operator:~! number:80 ' +
        'keyword:and field:action operator:= value:dney! keyword:and keyword:not',
    )
    expect(show('src.ns = "ba')).toBe('field:src.ns operator:= string:"ba!')
  })

  test('cover every text without overlap', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let at = 0
        for (const { from, to } of syntaxSpans(text)) {
          expect(text.slice(at, from).trim()).toBe('')
          at = to
        }
        expect(text.slice(at).trim()).toBe('')
      }),
    )
  })

  test('are one error beyond the greatest length', () => {
    const last = syntaxSpans('x '.repeat(MAX_QUERY_CHARS)).at(-1)
    expect(last).toEqual({ from: MAX_QUERY_CHARS, to: 2 * MAX_QUERY_CHARS, role: 'error', wrong: true })
  })
})
