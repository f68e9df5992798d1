import { describe, expect, test, vi } from 'vitest'

import { FakeBrowser } from '../testing/fake-browser.ts'
import { readJson, Remembered } from './remembered.ts'

const KEY = 'flowtrace.list'

function parseList(text: string | null): readonly string[] {
  const stored = readJson(text)
  return Array.isArray(stored) ? stored.map(String) : []
}

function openTabs() {
  const browser = new FakeBrowser()
  const open = () => new Remembered(KEY, parseList, browser.openTab())
  return { browser, open, first: open(), second: open() }
}

describe('a remembered value', () => {
  test('that one tab sets is read by the others, those that are opened later too', () => {
    const { open, first, second } = openTabs()
    expect(second.get()).toEqual([])
    first.set(['a'])
    expect(second.get()).toEqual(['a'])
    expect(open().get()).toEqual(['a'])
  })

  test('notifies the subscribers of every tab', () => {
    const { first, second } = openTabs()
    const onFirst = vi.fn<() => void>()
    const onSecond = vi.fn<() => void>()
    first.subscribe(onFirst)
    second.subscribe(onSecond)
    first.set(['a'])
    expect(onFirst).toHaveBeenCalledTimes(1)
    expect(onSecond).toHaveBeenCalledTimes(1)
  })

  test('loses nothing when two tabs add to it in turn, though neither subscribes', () => {
    const { first, second } = openTabs()
    expect([first.get(), second.get()]).toEqual([[], []])
    first.update((list) => [...list, 'a'])
    second.update((list) => [...list, 'b'])
    first.update((list) => [...list, 'c'])
    expect(first.get()).toEqual(['a', 'b', 'c'])
    expect(second.get()).toEqual(['a', 'b', 'c'])
  })

  test('is the same value until another text is stored, as useSyncExternalStore requires', () => {
    const { first, second } = openTabs()
    const before = first.get()
    expect(first.get()).toBe(before)
    second.set(['a'])
    const after = first.get()
    expect(after).not.toBe(before)
    expect(first.get()).toBe(after)
  })

  test('holds for the visit when it cannot be stored, until another tab stores something', () => {
    const { browser, first, second } = openTabs()
    browser.isFull = true
    first.set(['a'])
    expect(first.get()).toEqual(['a'])
    expect(second.get()).toEqual([])
    browser.isFull = false
    second.set(['b'])
    expect(first.get()).toEqual(['b'])
  })

  test('listens to the other tabs only while somebody subscribes', () => {
    const { browser, first } = openTabs()
    expect(browser.listeners).toBe(0)
    const leave = first.subscribe(() => {})
    first.subscribe(() => {})()
    expect(browser.listeners).toBe(1)
    leave()
    expect(browser.listeners).toBe(0)
  })
})
