/**
 * Keys as the command table writes them: `j`, `F` (with Shift), `?`, `Escape`, `Mod+k`, and `g s` for one after the
 * other. A key is what it types, not where it lies, so that `?` is `?` on every keyboard.
 */

/** What a shortcut needs to know of a KeyboardEvent. */
export interface KeyPress {
  readonly key: string
  /** The place of the key on the keyboard: for alphabets that have no `j`. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** On a Mac the ⌘ key commands; Ctrl there edits text, as in Ctrl-K. */
export function isMac(platform: string): boolean {
  return /mac|iphone|ipad/i.test(platform)
}

/** The chord that was pressed, as the table writes it; null for a modifier alone and for what no command may use. */
export function chordOf(press: KeyPress, mac: boolean): string | null {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = press
  if (altKey || key === 'Dead' || key === 'Process' || key === 'Unidentified') return null
  if (/^(?:Shift|Control|Meta|Alt|AltGraph|CapsLock)$/.test(key)) return null
  const mod = mac ? metaKey : ctrlKey
  if (mac ? ctrlKey : metaKey) return null
  const typed = key.length === 1 ? letterOf(key, code, shiftKey) : key
  return mod ? `Mod+${typed.toLowerCase()}` : typed
}

/** Case by Shift alone, whatever Caps Lock says; a letter of another alphabet by its place. */
function letterOf(key: string, code: string, shift: boolean): string {
  const latin = /^Key([A-Z])$/.exec(code)?.[1]
  const foreign = /^\P{ASCII}$/u.test(key) && latin !== undefined
  const letter = foreign ? latin : key
  return shift ? letter.toUpperCase() : letter.toLowerCase()
}

const NAMES: Readonly<Record<string, string>> = { Escape: 'Esc', ' ': 'Space' }

/** The caps to draw for keys of the table: `g s` is two, `Mod+k` is ⌘K or Ctrl K. */
export function capsOf(keys: string, mac: boolean): readonly string[] {
  return keys.split(' ').flatMap((chord) => {
    const letter = chord.startsWith('Mod+') ? chord.slice('Mod+'.length).toUpperCase() : null
    if (letter !== null) return mac ? [`⌘${letter}`] : ['Ctrl', letter]
    return [NAMES[chord] ?? chord]
  })
}
