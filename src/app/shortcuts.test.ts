import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COMMANDS } from '../state/commands/command-table.ts'
import { Shortcuts, type TimedKeyPress } from './shortcuts.ts'

function press(key: string, more: Partial<TimedKeyPress> = {}): TimedKeyPress {
  return {
    key,
    code: '',
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    timeStamp: 0,
    ...more,
  }
}

function setUp(mac = false) {
  return { shortcuts: new Shortcuts(COMMANDS, mac) }
}

/** The key press of a chord on a keyboard: a capital letter is typed with Shift. */
function typed(chord: string, timeStamp: number): TimedKeyPress {
  const key = chord.replace(/^Mod\+(?:Shift\+)?/, '')
  return press(key, {
    ctrlKey: chord.startsWith('Mod+'),
    shiftKey: /^[A-Z]$/.test(key) || chord.startsWith('Mod+Shift+'),
    timeStamp,
  })
}

describe('shortcuts', () => {
  test('every key of the table runs its command', () => {
    const { shortcuts } = setUp()
    let now = 0
    for (const { id, keys } of COMMANDS)
      for (const sequence of keys) {
        const answers = sequence.split(' ').map((chord) => shortcuts.press(typed(chord, now), 'page'))
        expect(answers.pop(), sequence).toBe(id)
        for (const answer of answers) expect(answer).toBe('wait')
        now += 5000
      }
  })

  test('a sequence is forgotten after a second', () => {
    const { shortcuts } = setUp()
    expect(shortcuts.press(press('g'), 'page')).toBe('wait')
    expect(shortcuts.press(press('s', { timeStamp: 999 }), 'page')).toBe('source.choose')
    expect(shortcuts.press(press('g', { timeStamp: 2000 }), 'page')).toBe('wait')
    expect(shortcuts.press(press('s', { timeStamp: 3000 }), 'page')).toBeNull()
  })

  test('a key that does not continue the sequence is a shortcut by itself', () => {
    const { shortcuts } = setUp()
    shortcuts.press(press('g'), 'page')
    expect(shortcuts.press(press('j'), 'page')).toBe('row.next')
    expect(shortcuts.press(press('s'), 'page')).toBeNull()
  })

  test('Shift makes another chord, and does not break a sequence; Caps Lock changes nothing', () => {
    const { shortcuts } = setUp()
    expect(shortcuts.press(press('F', { shiftKey: true }), 'page')).toBe('cell.exclude')
    expect(shortcuts.press(press('F'), 'page')).toBe('cell.include')
    shortcuts.press(press('g'), 'page')
    expect(shortcuts.press(press('Shift', { shiftKey: true }), 'page')).toBeNull()
    expect(shortcuts.press(press('f'), 'page')).toBe('screen.flows')
  })

  test('the shortcuts of the browser are left to it', () => {
    const { shortcuts } = setUp()
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'] as const)
      for (const key of ['c', 'd', 'f', 'j', 't', 'p'])
        expect(shortcuts.press(press(key, { [modifier]: true }), 'page')).toBeNull()
  })

  test('the palette is at Ctrl-K, and at ⌘K on a Mac, where Ctrl-K cuts a line', () => {
    const other = setUp().shortcuts
    const mac = setUp(true).shortcuts
    const [ctrl, command] = [press('k', { ctrlKey: true }), press('k', { metaKey: true })]
    expect(other.press(ctrl, 'field')).toBe('palette.open')
    expect(other.press(command, 'field')).toBeNull()
    expect(mac.press(command, 'field')).toBe('palette.open')
    expect(mac.press(ctrl, 'field')).toBeNull()
  })

  test('a letter of another alphabet is taken for the Latin one of its key', () => {
    const { shortcuts } = setUp()
    expect(shortcuts.press(press('о', { code: 'KeyJ' }), 'page')).toBe('row.next')
    expect(shortcuts.press(press('л', { code: 'KeyK', ctrlKey: true }), 'page')).toBe('palette.open')
    // On a Dvorak keyboard j types where C is.
    expect(shortcuts.press(press('j', { code: 'KeyC' }), 'page')).toBe('row.next')
  })

  test('Enter on a button presses the button; Escape in a popup closes the popup', () => {
    const { shortcuts } = setUp()
    expect(shortcuts.press(press('Enter'), 'control')).toBeNull()
    expect(shortcuts.press(press('Enter'), 'page')).toBe('row.open')
    expect(shortcuts.press(press('j'), 'control')).toBe('row.next')
    expect(shortcuts.press(press('Escape'), 'popup')).toBeNull()
  })

  test('typing text into a field or a popup never runs a command', () => {
    const anyKey = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.constantFrom(...COMMANDS.flatMap(({ keys }) => keys.flatMap((each) => each.split(' ')))),
      fc.constantFrom('Enter', 'Tab', 'Backspace', 'ArrowDown', 'Home', 'Shift', 'Dead', ' '),
    )
    const text = fc.array(
      fc.record({ key: anyKey, shiftKey: fc.boolean(), milliseconds: fc.nat(2000) }).filter(
        // Escape and F6 leave the field, and Ctrl makes no text.
        ({ key }) => !/^(?:Escape|Mod\+.*|(?:Shift\+)?F6)$/.test(key),
      ),
    )
    fc.assert(
      fc.property(text, fc.constantFrom('field', 'popup'), fc.boolean(), (keys, focus, mac) => {
        const { shortcuts } = setUp(mac)
        let timeStamp = 0
        for (const { key, shiftKey, milliseconds } of keys) {
          timeStamp += milliseconds
          expect(shortcuts.press(press(key, { shiftKey, timeStamp }), focus)).toBeNull()
        }
      }),
    )
  })

  test('a sequence that was begun on the page does not end in a field', () => {
    const { shortcuts } = setUp()
    expect(shortcuts.press(press('g'), 'page')).toBe('wait')
    expect(shortcuts.press(press('s'), 'field')).toBeNull()
  })
})

describe('the command table', () => {
  const sequences = COMMANDS.flatMap(({ id, keys }) => keys.map((each) => [id, each] as const))

  test('has every id once', () => {
    expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length)
  })

  test('gives no key to two commands, and no command a key that begins a sequence', () => {
    for (const [id, keys] of sequences)
      for (const [other, others] of sequences)
        if (id !== other) expect(`${others} `.startsWith(`${keys} `), `${id} hides ${other}`).toBe(false)
  })

  test('lets only keys that type no text run everywhere', () => {
    const everywhere = COMMANDS.filter((command) => command.everywhere).flatMap(({ keys }) => keys)
    expect(everywhere.filter((keys) => !/^(?:Mod\+.+|Escape|(?:Shift\+)?F\d+)$/.test(keys))).toEqual([])
  })
})
