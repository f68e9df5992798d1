/**
 * Makes visible what a terminal would obey or a browser would hide: a record may hold any text, and a name with ESC in it
 * clears the screen of whoever prints it, one with a bidirectional override reads as another name.
 */

/**
 * Control characters (C0, DEL, C1), format characters (bidirectional controls, zero width ones, byte order marks), the
 * separators of lines and paragraphs, and lone surrogates. Upstream: Unicode's general categories.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const ANY_HIDDEN = new RegExp(HIDDEN.source, 'u')

/** Whether a text has a character that {@link visibleText} replaces. */
export function hasHidden(text: string): boolean {
  return ANY_HIDDEN.test(text)
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}

/** The text with what `spell` returns in the place of each hidden character, from its code point in upper-case hex. */
export function replaceHidden(text: string, spell: (hex: string) => string): string {
  if (!hasHidden(text)) return text
  return text.replaceAll(HIDDEN, (character) => spell(codePoint(character).toString(16).toUpperCase()))
}

/** The text with `⟨U+001B⟩` in the place of each hidden character; unchanged when there is none. For one line. */
export function visibleText(text: string): string {
  return replaceHidden(text, (hex) => `⟨U+${hex.padStart(4, '0')}⟩`)
}

/** The lines of a text, each as {@link visibleText} has it. */
export function visibleLines(text: string): readonly string[] {
  return text.split('\n').map((line) => visibleText(line))
}

/**
 * The text of a JSON document with hidden characters as escapes, so that it reads back as the same value. Line feeds stay:
 * between values they are layout, and inside a string `JSON.stringify` has escaped them.
 */
export function visibleJson(json: string): string {
  if (!hasHidden(json)) return json
  return json.replaceAll(HIDDEN, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_, i) => String.raw`\u` + character.charCodeAt(i).toString(16).padStart(4, '0'),
        ).join(''),
  )
}
