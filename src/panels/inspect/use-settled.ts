import { useEffect, useState } from 'react'

/** After so many milliseconds what is there is shown: then the store is slow, as while a large file is read. */
const MAX_WAIT_MS = 1000

/**
 * What is shown of a subject, by its id, whose parts arrive one by one: all of them at once, and until then what was shown
 * before, so that no part pushes another one aside. `isWhole` is false while there is nothing before. `current` must be
 * memoised.
 */
export function useSettled<Parts extends { readonly isComplete: boolean }>(
  id: string,
  current: Parts,
): { readonly shown: Parts; readonly isWhole: boolean } {
  const [settled, setSettled] = useState<Parts | null>(null)
  if (current.isComplete && settled !== current) setSettled(current)
  const [lateId, setLateId] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setLateId(id), MAX_WAIT_MS)
    return () => clearTimeout(timer)
  }, [id])
  if (current.isComplete || lateId === id) return { shown: current, isWhole: true }
  return settled === null ? { shown: current, isWhole: false } : { shown: settled, isWhole: true }
}
