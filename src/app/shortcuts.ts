/** From keys to commands: which command a press asks for, and where it may. */
import { unreachable } from '../lib/assert.ts'
import type { Clock } from '../lib/clock.ts'
import type { Command, CommandId } from '../state/commands/command-table.ts'
import { chordOf, type KeyPress } from '../state/commands/key-chords.ts'

/**
 * What keys are for where the focus is: text in a field, its own in a popup, Enter and Space on a control such as a
 * button, and nothing in particular on the page.
 */
export type Place = 'page' | 'control' | 'field' | 'popup'

/** Milliseconds within which the next key of a sequence such as `g s` counts. */
const PATIENCE = 1000

interface Binding {
  readonly chords: readonly string[]
  readonly command: Command
}

export class Shortcuts {
  readonly #bindings: readonly Binding[]
  readonly #mac: boolean
  readonly #clock: Pick<Clock, 'now'>
  #pressed: readonly string[] = []
  #last = 0

  constructor(table: readonly Command[], mac: boolean, clock: Pick<Clock, 'now'>) {
    this.#bindings = table.flatMap((command) =>
      command.keys.map((keys) => ({ chords: keys.split(' '), command })),
    )
    this.#mac = mac
    this.#clock = clock
  }

  /** The command that the press asks for; `wait` when it begins a sequence, null when it means nothing here. */
  press(press: KeyPress, place: Place): CommandId | 'wait' | null {
    const chord = chordOf(press, this.#mac)
    // Shift, alone, on the way to the next key of a sequence.
    if (chord === null) return null
    const now = this.#clock.now()
    const started = now - this.#last < PATIENCE ? this.#pressed : []
    this.#pressed = []
    return this.#match([...started, chord], now, place) ?? this.#match([chord], now, place)
  }

  #match(pressed: readonly string[], now: number, place: Place): CommandId | 'wait' | null {
    const reached = this.#bindings.filter(
      ({ chords, command }) =>
        mayRun(command, place, pressed) && pressed.every((chord, i) => chords[i] === chord),
    )
    const whole = reached.find(({ chords }) => chords.length === pressed.length)
    if (whole !== undefined) return whole.command.id
    if (reached.length === 0) return null
    this.#pressed = pressed
    this.#last = now
    return 'wait'
  }
}

function mayRun({ everywhere }: Command, place: Place, pressed: readonly string[]): boolean {
  switch (place) {
    case 'field':
      return everywhere === true
    case 'popup':
      // A popup closes itself.
      return everywhere === true && !pressed.includes('Escape')
    case 'control':
      return !pressed.includes('Enter')
    case 'page':
      return true
    default:
      return unreachable(place, 'place')
  }
}

const POPUPS = '[role=dialog],[role=alertdialog],[role=menu],[role=listbox]'
const FIELDS =
  'input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=reset],[type=range],[type=file]),textarea,select,[contenteditable]:not([contenteditable=false]),[role=textbox],[role=searchbox],[role=combobox]'
const CONTROLS =
  'button,a[href],summary,input,[role=button],[role=tab],[role=checkbox],[role=separator],[role=slider]'

/** What keys are for at the element that a key event is about. */
export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return 'page'
  if (target.closest(POPUPS) !== null) return 'popup'
  if (target.closest(FIELDS) !== null) return 'field'
  return target.closest(CONTROLS) === null ? 'page' : 'control'
}
