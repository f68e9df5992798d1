/** The comparison that the address asks for, answered by the worker. */
import { useEffect, useState } from 'react'

import type * as messages from '../../store/compare-messages.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { useIsPartial } from '../client/source-status.ts'

export type CompareAnswer = messages.CompareAnswer
export type CompareQuestion = messages.CompareQuestion
export type CompareSide = messages.CompareSide
export type SideLosses = messages.SideLosses
/** What was compared, of an answer that has it. */
export type Compared = Extract<CompareAnswer, { ok: true }>

export interface AskedComparison {
  /** The newest answer; that of an older question while a new one is asked. Undefined before the first. */
  readonly answer: CompareAnswer | undefined
  /** Whether an answer is on its way. */
  readonly isAsking: boolean
  /** Asks once more: a window of a live source may have gone on. */
  readonly again: () => void
}

/**
 * Asks when the question changes, and when the source has been read. Records that come later change nothing on the screen
 * until the reader asks again. The question must be memoised; null asks nothing.
 */
export function useComparison(question: CompareQuestion | null): AskedComparison {
  const { client, source } = useFlowtrace()
  const isPartial = useIsPartial()
  const [round, setRound] = useState(0)
  const [state, setState] = useState<{ readonly answer: CompareAnswer | undefined; readonly of: unknown }>({
    answer: undefined,
    of: null,
  })
  useEffect(() => {
    if (question === null || isPartial) return undefined
    const abort = new AbortController()
    client.ask(question, abort.signal).then(
      (answer) => setState({ answer, of: question }),
      // Only an abort rejects, and then the component no longer needs the answer.
      () => undefined,
    )
    return () => {
      abort.abort('the comparison is no longer asked for')
    }
    // `source`: the same question has another answer for another source.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, source, question, isPartial, round])
  return {
    answer: question === null ? undefined : state.answer,
    isAsking: question !== null && (isPartial || state.of !== question),
    again: () => {
      setState(({ answer }) => ({ answer, of: null }))
      setRound((before) => before + 1)
    },
  }
}
