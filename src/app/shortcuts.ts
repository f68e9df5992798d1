/** Matches key presses against the shortcuts of the command table. */
import { unreachable } from '../lib/assert.ts'
import type { Command, CommandId } from '../state/commands/command-table.ts'
import { chordOf, type KeyPress } from '../state/commands/key-chords.ts'

/**
 * What has the focus: a text field takes every key, a popup (dialog, menu, listbox) handles its own, a control such as a
 * button takes Enter and Space; on the rest of the page every key is a shortcut's.
 */
export type FocusContext = 'page' | 'control' | 'field' | 'popup'

/** The longest pause between two keys of a sequence such as `g s`. */
const SEQUENCE_TIMEOUT_MS = 1000

/** With the milliseconds since any fixed moment at which the key was pressed: a busy page may hear of it later. */
export type TimedKeyPress = KeyPress & Pick<KeyboardEvent, 'timeStamp'>

interface Binding {
  readonly chords: readonly string[]
  readonly command: Command
}

export class Shortcuts {
  readonly #bindings: readonly Binding[]
  readonly #mac: boolean
  /** The chords so far of a sequence that is not complete. */
  #begun: readonly string[] = []
  #lastChordAt = -Infinity

  constructor(table: readonly Command[], mac: boolean) {
    this.#bindings = table.flatMap((command) =>
      command.keys.map((keys) => ({ chords: keys.split(' '), command })),
    )
    this.#mac = mac
  }

  /** The command of the shortcut that the press completes; `wait` when it begins a sequence; null when it is no shortcut. */
  press(press: TimedKeyPress, focus: FocusContext): CommandId | 'wait' | null {
    const chord = chordOf(press, this.#mac)
    // A modifier by itself, such as Shift on the way to the next key of a sequence.
    if (chord === null) return null
    const now = press.timeStamp
    const begun = now - this.#lastChordAt < SEQUENCE_TIMEOUT_MS ? this.#begun : []
    this.#begun = []
    return this.#match([...begun, chord], now, focus) ?? this.#match([chord], now, focus)
  }

  #match(pressed: readonly string[], now: number, focus: FocusContext): CommandId | 'wait' | null {
    const candidates = this.#bindings.filter(
      ({ chords, command }) =>
        mayRun(command, focus, pressed) && pressed.every((chord, i) => chords[i] === chord),
    )
    const complete = candidates.find(({ chords }) => chords.length === pressed.length)
    if (complete !== undefined) return complete.command.id
    if (candidates.length === 0) return null
    this.#begun = pressed
    this.#lastChordAt = now
    return 'wait'
  }
}

function mayRun({ everywhere }: Command, focus: FocusContext, pressed: readonly string[]): boolean {
  switch (focus) {
    case 'field':
      return everywhere === true
    case 'popup':
      // A popup handles Escape itself.
      return everywhere === true && !pressed.includes('Escape')
    case 'control':
      return !pressed.includes('Enter')
    case 'page':
      return true
    default:
      return unreachable(focus, 'focus context')
  }
}

const POPUPS = '[role=dialog],[role=alertdialog],[role=menu],[role=listbox]'
const FIELDS =
  'input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=reset],[type=range],[type=file]),textarea,select,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=searchbox],[role=combobox]'
const CONTROLS =
  'button,a[href],summary,input,[role=button],[role=tab],[role=checkbox],[role=separator],[role=slider]'

/** The focus context of the element that a key event is sent to. */
export function focusContextOf(target: EventTarget | null): FocusContext {
  if (!(target instanceof Element)) return 'page'
  if (target.closest(POPUPS) !== null) return 'popup'
  if (target.closest(FIELDS) !== null) return 'field'
  return target.closest(CONTROLS) === null ? 'page' : 'control'
}
