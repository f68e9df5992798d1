import { useState } from 'react'

import { useFlowtrace } from './flowtrace.ts'
import { isSameStream } from './worker-ports.ts'

/**
 * A number that changes when other records are opened in place of those of before, for what a component remembers of the
 * values that it has seen. A stream that is opened again, as after a change of the page's offer, is the same source.
 */
export function useSourceNumber(): number {
  const { open } = useFlowtrace().source
  const [at, setAt] = useState({ open, number: 0 })
  if (open === at.open) return at.number
  const number = isSameStream(open, at.open) ? at.number : at.number + 1
  setAt({ open, number })
  return number
}
