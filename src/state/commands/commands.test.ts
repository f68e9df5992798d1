import { describe, expect, test, vi } from 'vitest'

import { Commands } from './commands.ts'

describe('commands', () => {
  test('apply while somebody has taken them on', () => {
    const commands = new Commands()
    const run = vi.fn<() => void>()
    expect(commands.run('pause')).toBe(false)
    const release = commands.take('pause', run)
    expect([...commands.applicable()]).toEqual(['pause'])
    expect(commands.run('pause')).toBe(true)
    release()
    expect(commands.run('pause')).toBe(false)
    expect(commands.applicable().size).toBe(0)
    expect(run).toHaveBeenCalledOnce()
  })

  test('belong to whoever took them on last', () => {
    const commands = new Commands()
    const ran: string[] = []
    const first = commands.take('close', () => void ran.push('first'))
    const second = commands.take('close', () => void ran.push('second'))
    commands.run('close')
    first()
    commands.run('close')
    second()
    expect(ran).toEqual(['second', 'second'])
    expect(commands.run('close')).toBe(false)
  })

  test('leave what they have to say, now or later, until the next one', async () => {
    const commands = new Commands()
    commands.take('link.copy', async () => 'Link copied')
    commands.take('denial.next', () => 'No other row of this denial')
    commands.take('pause', () => {})
    commands.run('denial.next')
    expect(commands.said()).toBe('No other row of this denial')
    commands.run('link.copy')
    await vi.waitFor(() => expect(commands.said()).toBe('Link copied'))
    commands.run('pause')
    expect(commands.said()).toBe('')
  })

  test('tell their listeners what changes, and nothing else', () => {
    const commands = new Commands()
    const listener = vi.fn<() => void>()
    const stop = commands.subscribe(listener)
    const release = commands.take('pause', () => {})
    expect(listener).toHaveBeenCalledTimes(1)
    commands.run('pause')
    expect(listener).toHaveBeenCalledTimes(1)
    stop()
    release()
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
