import { type FocusEvent, type PointerEvent, useEffect, useEffectEvent, useRef, useState } from 'react'

/** After so many milliseconds what is there is shown: then the store is slow, as while a large file is read. */
const MAX_WAIT_MS = 1000

interface Parts<Late> {
  readonly id: string
  /** What is known later than the rest, and is of another height than what stands in its place until then. */
  readonly late: Late
  readonly isComplete: boolean
}

/** What was known of a subject when it was shown without being complete. */
interface LateParts<Late> extends Pick<Parts<Late>, 'id' | 'late'> {
  readonly isRead: boolean
}

/**
 * What is shown of a subject whose parts arrive one by one: all of them at once, and until then what was shown before, so
 * that no part pushes another one aside. After {@link MAX_WAIT_MS} what is there is shown; what comes then would push
 * aside what the reader points at, so that it waits while the pointer or the focus is on the element that has the
 * `handlers`, until `onShow` is called. `isWhole` is false while there is nothing before. `current` and its `late` must be
 * memoised.
 */
export function useSettled<Late, Shown extends Parts<Late>>(current: Shown | null) {
  const id = current?.id ?? null
  const [settled, setSettled] = useState<Shown | null>(null)
  const [partial, setPartial] = useState<LateParts<Late> | null>(null)
  // Nothing is shown now, so that nothing is shown before the next one either.
  if (current === null && settled !== null) setSettled(null)
  const isPartial = partial !== null && partial.id === id
  if (!isPartial && current?.isComplete === true && settled !== current) setSettled(current)
  if (isPartial && current !== null && !partial.isRead && current.late !== partial.late)
    setPartial(current.isComplete ? null : { ...partial, late: current.late })

  const { isRead, handlers } = useIsRead((next) => {
    if (isPartial) setPartial({ ...partial, isRead: next })
  })
  const onLate = useEffectEvent((subject: string | null) => {
    if (current?.id !== subject || current.isComplete || settled?.id === subject) return
    setPartial({ id: current.id, late: current.late, isRead: isRead.current })
  })
  useEffect(() => {
    const timer = setTimeout(() => onLate(id), MAX_WAIT_MS)
    return () => clearTimeout(timer)
  }, [id])

  const onShow = isPartial && current?.isComplete === true ? () => setPartial(null) : null
  return { ...shownOf(current, settled, isPartial ? partial : null), isPartial, onShow, handlers }
}

function shownOf<Late, Shown extends Parts<Late>>(
  current: Shown | null,
  settled: Shown | null,
  partial: LateParts<Late> | null,
): { readonly shown: Shown | null; readonly isWhole: boolean } {
  if (current === null) return { shown: null, isWhole: false }
  if (partial !== null) return { shown: { ...current, late: partial.late }, isWhole: true }
  if (current.isComplete) return { shown: current, isWhole: true }
  if (settled === null) return { shown: current, isWhole: false }
  // What was known of the same subject stays beside what is new of it.
  return { shown: settled.id === current.id ? { ...current, late: settled.late } : settled, isWhole: true }
}

/** Whether the pointer or the focus is on the element that has the `handlers`. `onChange` is called when that changes. */
function useIsRead(onChange: (isRead: boolean) => void) {
  const isPointed = useRef(false)
  const isFocused = useRef(false)
  const isRead = useRef(false)
  const update = (): void => {
    const next = isPointed.current || isFocused.current
    if (next === isRead.current) return
    isRead.current = next
    onChange(next)
  }
  return {
    isRead,
    handlers: {
      onPointerEnter: () => {
        isPointed.current = true
        update()
      },
      onPointerLeave: ({ pointerType }: PointerEvent) => {
        // A finger leaves before its tap is a click.
        if (pointerType === 'touch') return
        isPointed.current = false
        update()
      },
      onFocus: () => {
        isFocused.current = true
        update()
      },
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => {
        isFocused.current = relatedTarget instanceof Node && currentTarget.contains(relatedTarget)
        update()
      },
    },
  }
}
