import { describe, expect, test, vi } from 'vitest'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { Commands } from './commands.ts'

describe('commands', () => {
  test('apply while a handler is registered', () => {
    const commands = new Commands()
    const run = vi.fn<() => void>()
    expect(commands.run('pause')).toBe(false)
    const release = commands.register('pause', run)
    expect([...commands.applicable()]).toEqual(['pause'])
    expect(commands.run('pause')).toBe(true)
    release()
    expect(commands.run('pause')).toBe(false)
    expect(commands.applicable().size).toBe(0)
    expect(run).toHaveBeenCalledOnce()
  })

  test('run the handler that was registered last', () => {
    const commands = new Commands()
    const ran: string[] = []
    const first = commands.register('close', () => void ran.push('first'))
    const second = commands.register('close', () => void ran.push('second'))
    commands.run('close')
    first()
    commands.run('close')
    second()
    expect(ran).toEqual(['second', 'second'])
    expect(commands.run('close')).toBe(false)
  })

  test('leave their sentence, at once or later, until the next command', async () => {
    const commands = new Commands()
    commands.register('link.copy', async () => 'Link copied')
    commands.register('denial.next', () => 'No other row of this denial')
    commands.register('pause', () => {})
    commands.run('denial.next')
    expect(commands.said()).toBe('No other row of this denial')
    commands.run('link.copy')
    await vi.waitFor(() => expect(commands.said()).toBe('Link copied'))
    commands.run('pause')
    expect(commands.said()).toBe('')
  })

  test('that were requested run once their handler is registered, the last request alone', () => {
    const clock = new ManualClock()
    const commands = new Commands(clock)
    const ran: string[] = []
    commands.request('export.open')
    commands.request('help.open')
    commands.register('export.open', () => void ran.push('export'))
    commands.register('help.open', () => void ran.push('help'))
    expect(ran).toEqual([])
    clock.advance(0)
    expect(ran).toEqual(['help'])
    commands.register('help.open', () => void ran.push('again'))
    clock.advance(0)
    expect(ran).toEqual(['help'])
    commands.request('help.open')
    expect(ran).toEqual(['help', 'again'])
  })

  test('that were requested do not run behind another one, nor after 10 s', () => {
    const clock = new ManualClock()
    const commands = new Commands(clock)
    const run = vi.fn<() => void>()
    commands.register('pause', () => {})
    commands.request('export.open')
    commands.run('pause')
    commands.register('export.open', run)
    clock.advance(0)
    commands.request('help.open')
    clock.advance(10_000)
    commands.register('help.open', run)
    clock.advance(0)
    expect(run).not.toHaveBeenCalled()
  })

  test('leave their key to a fallback while they do not apply', () => {
    const commands = new Commands()
    const ran: string[] = []
    const stop = commands.registerFallback('denial.next', () => ran.push('fallback'))
    expect(commands.applicable().size).toBe(0)
    expect(commands.canRun('denial.next')).toBe(true)
    commands.run('denial.next')
    const release = commands.register('denial.next', () => void ran.push('command'))
    commands.run('denial.next')
    release()
    commands.run('denial.next')
    stop()
    expect(commands.run('denial.next')).toBe(false)
    expect(ran).toEqual(['fallback', 'command', 'fallback'])
  })

  test('notify their subscribers of changes, and of nothing else', () => {
    const commands = new Commands()
    const listener = vi.fn<() => void>()
    const stop = commands.subscribe(listener)
    const release = commands.register('pause', () => {})
    expect(listener).toHaveBeenCalledTimes(1)
    commands.run('pause')
    expect(listener).toHaveBeenCalledTimes(1)
    stop()
    release()
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
