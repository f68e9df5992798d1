import { describe, expect, test } from 'vitest'

import { capsOf, chordOf, isMac } from './key-chords.ts'

describe('the caps of a key', () => {
  test('are one for each chord of a sequence', () => {
    expect(capsOf('g s', false)).toEqual(['g', 's'])
    expect(capsOf('F', false)).toEqual(['F'])
    expect(capsOf('Escape', false)).toEqual(['Esc'])
  })

  test('name the modifier of this computer, ⌘ or Ctrl', () => {
    expect(capsOf('Mod+k', isMac('MacIntel'))).toEqual(['⌘K'])
    expect(capsOf('Mod+k', isMac('Linux x86_64'))).toEqual(['Ctrl', 'K'])
    expect(capsOf('Mod+Shift+z', isMac('MacIntel'))).toEqual(['⇧⌘Z'])
    expect(capsOf('Mod+Shift+z', isMac('Linux x86_64'))).toEqual(['Ctrl', 'Shift', 'Z'])
  })
})

test('Shift makes another chord of a function key', () => {
  const press = { key: 'F6', code: 'F6', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
  expect(chordOf(press, false)).toBe('F6')
  expect(chordOf({ ...press, shiftKey: true }, false)).toBe('Shift+F6')
  expect(capsOf('Shift+F6', false)).toEqual(['Shift', 'F6'])
})
