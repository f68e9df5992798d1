import { describe, expect, test, vi } from 'vitest'

import { Observable, Subscribers } from './observable.ts'

describe('an observable', () => {
  test('notifies its subscribers of another value, and not of the same one', () => {
    const observable = new Observable('a')
    const seen: string[] = []
    observable.subscribe(() => seen.push(observable.get()))
    observable.set('a')
    observable.set('b')
    observable.set('b')
    observable.set('c')
    expect(seen).toEqual(['b', 'c'])
  })

  test('hands over its functions bound, as useSyncExternalStore calls them', () => {
    const { get, subscribe } = new Observable(7)
    subscribe(() => {})
    expect(get()).toBe(7)
  })

  test('is active from its first subscriber until its last one leaves, each time', () => {
    const deactivate = vi.fn<() => void>()
    const activate = vi.fn(() => deactivate)
    const observable = new Observable(0, activate)
    expect(activate).not.toHaveBeenCalled()
    const leaveFirst = observable.subscribe(() => {})
    const leaveSecond = observable.subscribe(() => {})
    leaveFirst()
    leaveFirst()
    expect(activate).toHaveBeenCalledTimes(1)
    expect(deactivate).not.toHaveBeenCalled()
    leaveSecond()
    expect(deactivate).toHaveBeenCalledTimes(1)
    observable.subscribe(() => {})
    expect(activate).toHaveBeenCalledTimes(2)
  })
})

describe('subscribers', () => {
  test('of the same function are as many subscriptions, which end independently', () => {
    const subscribers = new Subscribers()
    const callback = vi.fn<() => void>()
    const leave = subscribers.subscribe(callback)
    subscribers.subscribe(callback)
    subscribers.notify()
    expect(callback).toHaveBeenCalledTimes(2)
    leave()
    subscribers.notify()
    expect(callback).toHaveBeenCalledTimes(3)
  })

  test('that leave during a notification are not called any more', () => {
    const subscribers = new Subscribers()
    const second = vi.fn<() => void>()
    subscribers.subscribe(() => leaveSecond())
    const leaveSecond = subscribers.subscribe(second)
    subscribers.notify()
    expect(second).not.toHaveBeenCalled()
  })
})
