import { describe, expect, test } from 'vitest'

import { parseRecent, RECENT_LIMIT, withRecent } from './recent-commands.ts'
import { COMMANDS, type CommandId } from './command-table.ts'

describe('recent commands', () => {
  test('are kept newest first, each once, and only so many', () => {
    let recent: readonly CommandId[] = []
    for (const { id } of COMMANDS) recent = withRecent(recent, id)
    const newest = COMMANDS.map(({ id }) => id).slice(-RECENT_LIMIT)
    expect(recent).toEqual(newest.toReversed())
    expect(withRecent(['pause', 'close'], 'close')).toEqual(['close', 'pause'])
  })

  test('are read from whatever was stored', () => {
    expect(parseRecent(JSON.stringify(['pause', 'gone since', 7, 'close']))).toEqual(['pause', 'close'])
    for (const text of [null, '', '{', '7', 'null', '{"0":"pause"}']) expect(parseRecent(text)).toEqual([])
  })
})
