import { act, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { useSettled } from './use-settled.ts'

interface Parts {
  readonly id: string
  readonly late: string
  readonly isComplete: boolean
}

const parts = (id: string, late: string, isComplete = late !== ''): Parts => ({ id, late, isComplete })

function Settled({ current }: { current: Parts | null }) {
  const { shown, isWhole, isPartial, onShow, handlers } = useSettled<string, Parts>(current)
  if (shown === null) return <p role="status">nothing</p>
  return (
    <>
      <p role="status">{isWhole ? `${shown.id}:${shown.late}${isPartial ? '…' : ''}` : 'waits'}</p>
      <div {...handlers}>
        <button type="button">below</button>
        {onShow === null ? null : (
          <button type="button" onClick={onShow}>
            Show
          </button>
        )}
      </div>
    </>
  )
}

const shown = (): string | null => screen.getByRole('status').textContent
const below = (): HTMLElement => screen.getByRole('button', { name: 'below' })
const offer = (): HTMLElement | null => screen.queryByRole('button', { name: 'Show' })
const letPass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms))

function renderSettled(first: Parts | null): (next: Parts | null) => void {
  const { rerender } = render(<Settled current={first} />)
  return (next) => rerender(<Settled current={next} />)
}

/** A subject of which a second has passed without its late part. */
function renderPartial(): (next: Parts | null) => void {
  const show = renderSettled(parts('a', ''))
  expect(shown()).toBe('waits')
  letPass(1000)
  expect(shown()).toBe('a:…')
  return show
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('shows all parts at once, and until then what was shown before', () => {
  const show = renderSettled(parts('a', 'x'))
  expect(shown()).toBe('a:x')
  show(parts('b', ''))
  expect(shown()).toBe('a:x')
  show(parts('b', 'y'))
  expect(shown()).toBe('b:y')
})

test('shows nothing of before once there was nothing', () => {
  const show = renderSettled(parts('a', 'x'))
  show(null)
  expect(shown()).toBe('nothing')
  show(parts('b', ''))
  expect(shown()).toBe('waits')
})

test('a part that was known stays while it is asked for again, however long that takes', () => {
  const show = renderSettled(parts('a', 'x'))
  letPass(2000)
  show(parts('a', ''))
  expect(shown()).toBe('a:x')
  letPass(2000)
  expect(shown()).toBe('a:x')
  show(parts('a', 'y'))
  expect(shown()).toBe('a:y')
})

test('a part that is late comes in at once while nobody is there', () => {
  const show = renderPartial()
  show(parts('a', 'x', false))
  expect(shown()).toBe('a:x…')
  show(parts('a', 'xy'))
  expect(shown()).toBe('a:xy')
})

test('a part that is late waits while the pointer is there, and comes in when it leaves', () => {
  const show = renderPartial()
  fireEvent.pointerEnter(below())
  expect(offer()).toBeNull()
  show(parts('a', 'x'))
  expect(shown()).toBe('a:…')
  expect(offer()).not.toBeNull()
  fireEvent.pointerLeave(below())
  expect(shown()).toBe('a:x')
  expect(offer()).toBeNull()
})

test('a part that is late waits while the focus is there, and comes in when the reader asks for it', () => {
  const show = renderPartial()
  act(() => below().focus())
  show(parts('a', 'x'))
  expect(shown()).toBe('a:…')
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(shown()).toBe('a:x')
})

test('a part that is late waits for a finger that has touched, whose tap is a click only afterwards', () => {
  const show = renderPartial()
  fireEvent.pointerEnter(below(), { pointerType: 'touch' })
  fireEvent.pointerLeave(below(), { pointerType: 'touch' })
  show(parts('a', 'x'))
  expect(shown()).toBe('a:…')
  expect(offer()).not.toBeNull()
})

test('another subject is shown as it is, wherever the pointer is', () => {
  const show = renderPartial()
  fireEvent.pointerEnter(below())
  show(parts('b', 'y'))
  expect(shown()).toBe('b:y')
})
