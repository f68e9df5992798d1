import { describe, expect, test } from 'vitest'

import { stateAfterKey, type TimelineState } from './timeline-keys.ts'
import { panned, zoomed } from './zoom.ts'

const START = 1_790_000_010 - (1_790_000_010 % 900)
const HOUR = { from: START, to: START + 3600 }
const NOTHING: TimelineState = { range: null, part: null, cursor: null, anchor: null }

function press(state: TimelineState, ...keys: readonly string[]): TimelineState {
  return keys.reduce((before, key) => {
    const shiftKey = key.startsWith('Shift+')
    return stateAfterKey(before, { key: key.replace('Shift+', ''), shiftKey }, HOUR, 15) ?? before
  }, state)
}

/** Minutes after the start. */
const at = (minutes: number) => START + 60 * minutes

describe('the keys of the timeline', () => {
  test('arrows go from bar to bar, from the last one on', () => {
    expect(press(NOTHING, 'ArrowLeft').cursor).toBe(HOUR.to - 15)
    expect(press(NOTHING, 'ArrowLeft', 'ArrowLeft', 'ArrowLeft').cursor).toBe(HOUR.to - 45)
    expect(press(NOTHING, 'Home', 'ArrowLeft').cursor).toBe(START)
    expect(press(NOTHING, 'End', 'ArrowRight').cursor).toBe(HOUR.to - 15)
  })

  test('Shift with arrows selects from the bar on, in both directions', () => {
    const selected = press({ ...NOTHING, cursor: at(10) }, 'Shift+ArrowRight', 'Shift+ArrowRight')
    expect(selected.range).toEqual({ from: at(10), to: at(10.75) })
    const back = press(selected, ...Array.from({ length: 4 }, () => 'Shift+ArrowLeft'))
    expect(back.range).toEqual({ from: at(9.5), to: at(10.25) })
  })

  test('Shift with an arrow moves the end of a range that was there before', () => {
    const state = { ...NOTHING, range: { from: at(5), to: at(10) } }
    expect(press(state, 'Shift+ArrowLeft').range).toEqual({ from: at(5), to: at(9.75) })
    expect(press(state, 'ArrowLeft', 'Shift+ArrowRight').range).toEqual({ from: at(5), to: at(10.25) })
  })

  test('Page Up and Page Down move a range by its width, as far as the axis goes', () => {
    const state = { ...NOTHING, range: { from: at(15), to: at(25) } }
    expect(press(state, 'PageUp').range).toEqual({ from: at(5), to: at(15) })
    expect(press(state, 'PageUp', 'PageUp').range).toEqual({ from: START, to: at(10) })
  })

  test('Enter selects the bar', () => {
    expect(press(NOTHING, 'Home', 'Enter').range).toEqual({ from: START, to: START + 15 })
  })

  test('plus and minus zoom around the bar, and 0 shows the whole', () => {
    const near = press({ ...NOTHING, cursor: at(30) }, '+')
    expect(near.part).toEqual({ from: at(10), to: at(50) })
    expect(press(near, '-').part).toBeNull()
    expect(press(near, '+', '0').part).toBeNull()
    expect(stateAfterKey(NOTHING, { key: '-', shiftKey: false }, HOUR, 15)).toBeUndefined()
  })

  test('an arrow beyond what is drawn moves it along', () => {
    const state = { ...NOTHING, part: { from: at(10), to: at(20) }, cursor: at(10) }
    expect(press(state, 'ArrowLeft').part).toEqual({ from: at(9.75), to: at(19.75) })
  })

  test('Escape takes back the range first, then the zoom, and is left to others after that', () => {
    const state = { ...NOTHING, range: { from: at(5), to: at(6) }, part: { from: START, to: at(10) } }
    expect(press(state, 'Escape')).toMatchObject({ range: null, part: state.part })
    expect(press(state, 'Escape', 'Escape').part).toBeNull()
    expect(stateAfterKey(NOTHING, { key: 'Escape', shiftKey: false }, HOUR, 15)).toBeUndefined()
  })
})

describe('zoom', () => {
  test('keeps at least five minutes, and the time under the pointer in its place', () => {
    expect(zoomed({ from: at(0), to: at(6) }, 0.1, at(0), HOUR)).toEqual({ from: at(0), to: at(5) })
    const part = zoomed(HOUR, 0.5, at(15), HOUR)
    expect(part).toEqual({ from: at(7.5), to: at(37.5) })
  })

  test('does not go beyond the whole', () => {
    expect(panned({ from: at(50), to: at(60) }, 600, HOUR)).toEqual({ from: at(50), to: at(60) })
    expect(zoomed({ from: at(50), to: at(60) }, 3, at(60), HOUR)).toEqual({ from: at(30), to: at(60) })
  })
})
