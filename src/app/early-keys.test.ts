import { describe, expect, test } from 'vitest'

import { ManualClock } from '../lib/testing/manual-clock.ts'
import type { CommandId } from '../state/commands/command-table.ts'
import { Commands } from '../state/commands/commands.ts'
import { EarlyKeys } from './early-keys.ts'

function setUp() {
  const commands = new Commands()
  const clock = new ManualClock()
  const keys = new EarlyKeys(commands, clock)
  const ran: CommandId[] = []
  const take = (...ids: readonly CommandId[]) => {
    for (const id of ids) commands.take(id, () => void ran.push(id))
  }
  return { commands, clock, keys, ran, take }
}

describe('a key that is pressed while the page is loading', () => {
  test('acts once its command is there, each in its turn', () => {
    const { clock, keys, ran, take } = setUp()
    for (const id of ['denied.only', 'row.next', 'row.next', 'screen.flows'] as const)
      expect(keys.press(id)).toBe(true)
    take('screen.flows', 'denied.only')
    clock.advance(1)
    expect(ran).toEqual(['denied.only'])
    // The rows come last.
    take('help.open')
    clock.advance(1)
    expect(ran).toEqual(['denied.only'])
    take('row.next')
    clock.advance(1)
    expect(ran).toEqual(['denied.only', 'row.next', 'row.next', 'screen.flows'])
  })

  test('acts at once where the command is there and nothing waits before it', () => {
    const { keys, ran, take } = setUp()
    take('query.focus')
    expect(keys.press('query.focus')).toBe(true)
    expect(ran).toEqual(['query.focus'])
    keys.press('denied.only')
    keys.press('query.focus')
    expect(ran).toEqual(['query.focus'])
  })

  test('is no command after one that opens a field or a dialog: it is typed text', () => {
    const { clock, keys, ran, take } = setUp()
    for (const id of ['palette.open', 'denied.only', 'pause'] as const) expect(keys.press(id)).toBe(true)
    take('denied.only', 'pause', 'palette.open', 'help.open')
    clock.advance(1)
    expect(ran).toEqual(['palette.open'])
  })

  test('is forgotten when the command comes too late, when the reader goes on, and beyond sixteen', () => {
    const late = setUp()
    late.keys.press('pause')
    late.clock.advance(10_000)
    late.take('pause', 'help.open')
    late.clock.advance(1)
    expect(late.ran).toEqual([])

    const gone = setUp()
    gone.keys.press('pause')
    gone.keys.forget()
    gone.take('pause', 'help.open')
    gone.clock.advance(1)
    expect(gone.ran).toEqual([])

    const many = setUp()
    for (let i = 0; i < 40; i++) many.keys.press('row.next')
    many.take('row.next', 'help.open')
    many.clock.advance(1)
    expect(many.ran).toHaveLength(16)
  })

  test('does not wait once the page is there', () => {
    const { clock, keys, ran, take } = setUp()
    keys.press('row.next')
    take('help.open', 'pause')
    expect(keys.press('denied.only')).toBe(false)
    expect(keys.press('pause')).toBe(true)
    take('row.next', 'denied.only')
    clock.advance(1)
    expect(ran).toEqual(['pause'])
  })

  test('leaves Escape to the page: nothing is open yet', () => {
    const { keys, clock, ran, take } = setUp()
    expect(keys.press('close')).toBe(false)
    take('close', 'help.open')
    clock.advance(1)
    expect(ran).toEqual([])
  })
})
