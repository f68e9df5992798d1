import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COMMANDS } from '../state/commands/command-table.ts'
import { COMMAND_WORDS } from '../state/commands/command-words.ts'
import { fuzzyFind, fuzzyScore, isCloseMatch } from './fuzzy-search.ts'

const find = (query: string) =>
  fuzzyFind(query, COMMANDS, ({ id }) => COMMAND_WORDS[id].title).map(({ id }) => id)

/** The score by its definition: the best over every way of placing the letters. Exponential. */
function naiveScore(wanted: string, text: string, from = 0, last = -2): number | null {
  if (wanted === '') return 0
  let best: number | null = null
  for (let at = from; at < text.length; at++) {
    if (text[at] !== wanted[0]) continue
    const rest = naiveScore(wanted.slice(1), text, at + 1, at)
    if (rest === null) continue
    const own = (at === 0 || text[at - 1] === ' ' ? 3 : 0) + (at === last + 1 ? 2 : 0)
    if (best === null || own + rest > best) best = own + rest
  }
  return best
}

describe('finding a command', () => {
  test('matches initials, a prefix, parts of two words, and ignores case', () => {
    expect(find('gtg')[0]).toBe('screen.flows')
    expect(find('denied')[0]).toBe('denied.only')
    expect(find('next same')[0]).toBe('denial.next')
    expect(find('THEME')[0]).toBe('theme.next')
    expect(find('xyzzy')).toEqual([])
  })

  test('keeps the order of the table for an empty query', () => {
    expect(find('')).toEqual(COMMANDS.map(({ id }) => id))
    expect(find('  ')).toEqual(COMMANDS.map(({ id }) => id))
  })

  test('scores as trying every way of placing the letters does', () => {
    const unit = fc.constantFrom('a', 'b', 'c', ' ')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 4 }), fc.string({ unit, maxLength: 12 }), (query, text) => {
        expect(fuzzyScore(query, text)).toBe(naiveScore(query.replaceAll(' ', ''), text))
      }),
    )
  })
})

describe('a close match', () => {
  test.each([
    ['gs', 'Go to signatures'],
    ['denied', 'Denied only, or everything again'],
    ['type a q', 'Type a query'],
    ['', 'Type a query'],
  ])('%s: %s', (query, title) => expect(isCloseMatch(query, title)).toBe(true))

  test('has no letters spread over the title', () => {
    expect(fuzzyScore('backend', 'Go back to the query before Find')).not.toBeNull()
    expect(isCloseMatch('backend', 'Go back to the query before Find')).toBe(false)
  })
})
