import { describe, expect, test } from 'vitest'

import { capsOf, isMac } from './key-chords.ts'

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
