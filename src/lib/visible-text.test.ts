import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hasHidden, visibleJson, visibleText } from './visible-text.ts'

/** Any text, with many of the characters that must not be printed as they are. */
const nastyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom(
        '\u{1B}[2J',
        '\u{7}',
        '\u{9B}',
        '\u{202E}',
        '\u{2066}',
        '\u{FEFF}',
        '\u{E0041}',
        '\uD800',
        '\n',
      ),
    ),
  )
  .map((parts) => parts.join(''))

describe('a visible text', () => {
  test.each([
    ['a\u{1B}[2Jb', 'a⟨U+001B⟩[2Jb'],
    ['\u{7}', '⟨U+0007⟩'],
    ['\u{9B}1m', '⟨U+009B⟩1m'],
    ['nimda\u{202E}', 'nimda⟨U+202E⟩'],
    ['a\u{E0041}', 'a⟨U+E0041⟩'],
    ['two\nlines', 'two⟨U+000A⟩lines'],
    ['backend/api-*', 'backend/api-*'],
    ['größe 🙂', 'größe 🙂'],
  ])('of %j is %j', (text, visible) => {
    expect(visibleText(text)).toBe(visible)
  })

  test('has no hidden character, and is the same when it is made visible again', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const visible = visibleText(text)
        expect(hasHidden(visible)).toBe(false)
        expect(visibleText(visible)).toBe(visible)
      }),
    )
  })
})

test('visible JSON has no hidden character but line feeds, and reads back as the same value', () => {
  fc.assert(
    fc.property(nastyText, fc.constantFrom(undefined, 2), (text, indent) => {
      const json = visibleJson(JSON.stringify({ [`k${text}`]: [text] }, null, indent))
      expect(hasHidden(json.replaceAll('\n', ''))).toBe(false)
      expect(JSON.parse(json)).toEqual({ [`k${text}`]: [text] })
    }),
  )
})
