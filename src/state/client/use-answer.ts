/** The hook for one-shot questions to the worker, which polls for newer answers while flows come in. */
import { useEffect, useState } from 'react'

import type { Question } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import type { AnswerTo } from './pending-questions.ts'

/** A question is asked anew at most once a second while flows come in. */
const POLL_MS = 1000
/** How often it is looked up whether anything came in. */
const CHECK_MS = 100
/** An answer is asked for earlier when the number of records grew by 10 % since: while a source is read in. */
const FAST_GROWTH = 1.1
/** Even then it may take at most 1/25 of the worker's time, because the reader waits for the reading. */
const MIN_DELAY_PER_COST = 25

/**
 * The newest answer; undefined until there is one, and for a question of null. The answer to an older question is
 * returned until the new one is there, so that nothing flickers. The question must be memoised.
 */
export function useAnswer<Q extends Question>(question: Q | null): AnswerTo<Q> | undefined {
  const { client, source } = useFlowtrace()
  const [answer, setAnswer] = useState<AnswerTo<Q> | undefined>(undefined)
  const frozen = useSnapshot(({ paused }) => paused)
  useEffect(() => {
    if (question === null) return undefined
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let answeredOf = -1
    let askedAt = Number.NEGATIVE_INFINITY
    let costMs = 0
    const ask = async () => {
      const { records, evicted } = client.snapshot().status.holdings
      // Evicted ones too: with a full budget the number held stays the same.
      const received = records + evicted
      const delay =
        received > answeredOf * FAST_GROWTH ? Math.min(POLL_MS, MIN_DELAY_PER_COST * costMs) : POLL_MS
      if (received !== answeredOf && performance.now() - askedAt >= delay) {
        answeredOf = received
        askedAt = performance.now()
        setAnswer(await client.ask(question, abort.signal))
        costMs = performance.now() - askedAt
      }
      if (!frozen) timer = setTimeout(run, CHECK_MS)
    }
    // Only an abort rejects, and then the component no longer needs the answer.
    const run = () => void ask().catch(() => {})
    run()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
    // `source`: the same question has another answer for another source.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, source, question, frozen])
  return question === null ? undefined : answer
}
