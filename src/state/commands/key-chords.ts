/**
 * The notation of keyboard shortcuts in the command table: `j`, `F` (with Shift), `?`, `Escape`, `Space`, `Mod+k`,
 * `Mod+Shift+z`, and `g s` for a sequence. A chord is named by the character that it types, so that `?` is `?` on every keyboard layout.
 */

/** The part of a KeyboardEvent that a shortcut depends on. */
export interface KeyPress {
  readonly key: string
  /** The position of the key on the keyboard: for alphabets that have no `j`. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Whether shortcuts use ⌘ instead of Ctrl, which on a Mac edits text, as in Ctrl-K. */
export function isMac(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform)
}

/** The notation of the chord that was pressed; null for a modifier alone, a dead key, an input method, and with Alt. */
export function chordOf(press: KeyPress, mac: boolean): string | null {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = press
  if (altKey || key === 'Dead' || key === 'Process' || key === 'Unidentified') return null
  if (/^(?:Shift|Control|Meta|Alt|AltGraph|CapsLock)$/.test(key)) return null
  const mod = mac ? metaKey : ctrlKey
  if (mac ? ctrlKey : metaKey) return null
  const typed = key.length === 1 ? letterOf(key, code, shiftKey) : namedKey(key, shiftKey)
  return mod ? `${shiftKey ? 'Mod+Shift+' : 'Mod+'}${typed.toLowerCase()}` : typed
}

/** Of the keys that type nothing, Shift makes another chord of the function keys alone. */
function namedKey(key: string, shift: boolean): string {
  return shift && /^F\d+$/.test(key) ? `Shift+${key}` : key
}

/** The letter with its case by Shift alone, not by Caps Lock. A letter of another alphabet goes by its position. */
function letterOf(key: string, code: string, shift: boolean): string {
  if (key === ' ') return 'Space'
  const latin = /^Key([A-Z])$/.exec(code)?.[1]
  const foreign = /^\P{ASCII}$/u.test(key) && latin !== undefined
  const letter = foreign ? latin : key
  return shift ? letter.toUpperCase() : letter.toLowerCase()
}

const NAMES: Readonly<Record<string, string>> = { Escape: 'Esc' }

/** The key caps to draw for a shortcut: `g s` has two, `Mod+k` is ⌘K or Ctrl K. */
export function capsOf(keys: string, mac: boolean): readonly string[] {
  return keys.split(' ').flatMap((chord) => {
    const [, shift, letter] = /^Mod\+(Shift\+)?(.+)$/.exec(chord) ?? []
    if (letter !== undefined) {
      const cap = letter.toUpperCase()
      if (mac) return [`${shift === undefined ? '' : '⇧'}⌘${cap}`]
      return shift === undefined ? ['Ctrl', cap] : ['Ctrl', 'Shift', cap]
    }
    if (chord.startsWith('Shift+')) return ['Shift', chord.slice('Shift+'.length)]
    return [NAMES[chord] ?? chord]
  })
}
