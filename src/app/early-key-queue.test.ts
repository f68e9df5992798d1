import { describe, expect, test } from 'vitest'

import { ManualClock } from '../lib/testing/manual-clock.ts'
import type { CommandId } from '../state/commands/command-table.ts'
import { Commands } from '../state/commands/commands.ts'
import { EarlyKeyQueue } from './early-key-queue.ts'

function setUp() {
  const commands = new Commands()
  const clock = new ManualClock()
  const keys = new EarlyKeyQueue(commands, clock)
  const ran: CommandId[] = []
  const take = (...ids: readonly CommandId[]) => {
    for (const id of ids) commands.register(id, () => void ran.push(id))
  }
  return { commands, clock, keys, ran, take }
}

describe('a key that is pressed while the page is loading', () => {
  test('runs its command once that is registered, and in the order of the presses', () => {
    const { clock, keys, ran, take } = setUp()
    for (const id of ['denied.only', 'row.next', 'row.next', 'screen.flows'] as const)
      expect(keys.press(id)).toBe(true)
    take('screen.flows', 'denied.only')
    clock.advance(1)
    expect(ran).toEqual(['denied.only'])
    // Whatever else is registered, `row.next` is first in the queue.
    take('help.open')
    clock.advance(1)
    expect(ran).toEqual(['denied.only'])
    take('row.next')
    clock.advance(1)
    expect(ran).toEqual(['denied.only', 'row.next', 'row.next', 'screen.flows'])
  })

  test('runs its command at once when that is registered and the queue is empty', () => {
    const { keys, ran, take } = setUp()
    take('query.focus')
    expect(keys.press('query.focus')).toBe(true)
    expect(ran).toEqual(['query.focus'])
    keys.press('denied.only')
    keys.press('query.focus')
    expect(ran).toEqual(['query.focus'])
  })

  test.each([
    ['help.open', 'source.choose'],
    ['source.choose', 'help.open'],
  ] as const)('is queued while %s is there and the part of %s is not', (first, last) => {
    const { clock, keys, ran, take } = setUp()
    take(first)
    expect(keys.press(last)).toBe(true)
    take(last)
    clock.advance(1)
    expect(ran).toEqual([last])
  })

  test('runs what takes its key while the command does not apply', () => {
    const { clock, commands, keys, ran } = setUp()
    keys.press('denial.next')
    commands.registerFallback('denial.next', () => ran.push('denial.next'))
    clock.advance(1)
    expect(ran).toEqual(['denial.next'])
  })

  test('is ignored after one that opens a field or a dialog, because it is text for that', () => {
    const { clock, keys, ran, take } = setUp()
    for (const id of ['palette.open', 'denied.only', 'pause'] as const) expect(keys.press(id)).toBe(true)
    take('denied.only', 'pause', 'palette.open', 'help.open')
    clock.advance(1)
    expect(ran).toEqual(['palette.open'])
  })

  test('is dropped after ten seconds, when the queue is cleared, and when sixteen are queued', () => {
    const late = setUp()
    late.keys.press('pause')
    late.clock.advance(10_000)
    late.take('pause', 'help.open')
    late.clock.advance(1)
    expect(late.ran).toEqual([])

    const cleared = setUp()
    cleared.keys.press('pause')
    cleared.keys.clear()
    cleared.take('pause', 'help.open')
    cleared.clock.advance(1)
    expect(cleared.ran).toEqual([])

    const many = setUp()
    for (let i = 0; i < 40; i++) many.keys.press('row.next')
    many.take('row.next', 'help.open')
    many.clock.advance(1)
    expect(many.ran).toHaveLength(16)
  })

  test('is not queued once everything is loaded, and empties the queue', () => {
    const { clock, keys, ran, take } = setUp()
    keys.press('row.next')
    take('help.open', 'source.choose', 'pause')
    expect(keys.press('denied.only')).toBe(false)
    expect(keys.press('pause')).toBe(true)
    take('row.next', 'denied.only')
    clock.advance(1)
    expect(ran).toEqual(['pause'])
  })

  test('is dropped once everything is loaded, also by a key that has no command', () => {
    const { clock, keys, ran, take } = setUp()
    keys.press('row.next')
    take('help.open', 'source.choose')
    expect(keys.press('denied.only')).toBe(false)
    take('row.next')
    clock.advance(1)
    expect(ran).toEqual([])
  })

  test('does not run when the queue is cleared just before', () => {
    const { clock, keys, ran, take } = setUp()
    keys.press('pause')
    take('pause')
    keys.clear()
    clock.advance(1)
    expect(ran).toEqual([])
  })

  test('is left to the browser when it is Escape, because nothing is open yet', () => {
    const { keys, clock, ran, take } = setUp()
    expect(keys.press('close')).toBe(false)
    take('close', 'help.open')
    clock.advance(1)
    expect(ran).toEqual([])
  })
})

function onLoadedPage() {
  const page = setUp()
  page.take('help.open', 'source.choose', 'screen.compare', 'screen.flows', 'row.open')
  return page
}

describe('a key for a screen or an answer whose chunk is loading', () => {
  test.each([
    ['the screen', 'screen.compare', ['compare.swap', 'compare.later']],
    ['the answer to the row that a key has opened', 'row.open', ['answer.focus', 'answer.markdown']],
  ] as const)('runs once %s is there, in the order of the presses', (_what, opener, ids) => {
    const { clock, keys, ran, take } = onLoadedPage()
    keys.press(opener)
    for (const id of ids) expect(keys.press(id)).toBe(true)
    take(...ids)
    clock.advance(1)
    clock.advance(1)
    expect(ran).toEqual([opener, ...ids])
  })

  test('is dropped when a key goes to another screen, and is none long after the last one did', () => {
    const { clock, keys, ran, take } = onLoadedPage()
    keys.press('screen.compare')
    keys.press('compare.swap')
    keys.press('screen.flows')
    clock.advance(3000)
    expect(keys.press('compare.later')).toBe(false)
    take('compare.swap', 'compare.later')
    clock.advance(1)
    expect(ran).toEqual(['screen.compare', 'screen.flows'])
  })

  test('is dropped at once when a key goes to another screen', () => {
    const { clock, keys, ran, take } = onLoadedPage()
    keys.press('screen.compare')
    keys.press('compare.swap')
    keys.press('screen.flows')
    take('compare.swap')
    clock.advance(1)
    expect(ran).toEqual(['screen.compare', 'screen.flows'])
  })

  test('runs when it is about to, whatever is pressed just before', () => {
    const { clock, keys, ran, take } = onLoadedPage()
    keys.press('screen.compare')
    keys.press('compare.swap')
    take('compare.swap', 'compare.later')
    keys.press('compare.later')
    clock.advance(1)
    expect(ran).toContain('compare.swap')
  })

  test('waits as long as the chunk is loading, whatever brought the screen there, and runs once', () => {
    const { clock, keys, ran, take } = onLoadedPage()
    const onLoaded = keys.onScreenLoad()
    clock.advance(5000)
    expect(keys.press('compare.swap')).toBe(true)
    clock.advance(4000)
    onLoaded()
    // It has its windows only some time after its chunk.
    expect(keys.press('compare.later')).toBe(true)
    take('compare.swap', 'compare.later')
    clock.advance(1)
    clock.advance(1)
    clock.advance(1)
    expect(ran).toEqual(['compare.swap', 'compare.later'])
    clock.advance(3000)
    expect(keys.press('compare.a')).toBe(false)
  })

  test('waits for a screen that the reader went to by a link', () => {
    const { clock, keys, ran, take } = onLoadedPage()
    expect(keys.press('compare.swap')).toBe(false)
    keys.onScreen()
    expect(keys.press('compare.swap')).toBe(true)
    take('compare.swap')
    clock.advance(1)
    expect(ran).toEqual(['compare.swap'])
  })
})
