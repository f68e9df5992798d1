/** The hook for one-shot questions to the worker, which polls for newer answers while flows come in. */
import { useEffect, useState } from 'react'

import { afterPaint } from '../../lib/after-paint.ts'
import type { Question } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import type { AnswerTo } from './pending-questions.ts'
import { isReading } from './source-state.ts'

/** A question is asked anew at most once a second while flows come in. */
const POLL_MS = 1000
/** While a source is read it is asked with the rows, whose intervals the worker decides, and at most so often. */
const MIN_READING_DELAY_MS = 200
const NO_LONGER_ASKED = 'the question is no longer asked'
/** How often it is looked up whether anything came in. */
const CHECK_MS = 100

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
    let askedOf: unknown
    let askedAt = Number.NEGATIVE_INFINITY
    const ask = async () => {
      const { answer: view, status } = client.snapshot()
      const isPartial = isReading(status.source)
      const { records, evicted } = status.holdings
      // Before the first rows an answer says nothing yet, and the rows would wait for it.
      const isWaiting = records === 0 && (isPartial || status.source.state === 'connecting')
      // Evicted records count, because with a full budget the number held stays the same.
      // The end of the newest record moves with the play head.
      const state = isPartial ? (view?.window ?? null) : records + evicted + (view?.newest ?? 0)
      const isOtherState = typeof state !== typeof askedOf
      const minDelay = isPartial ? MIN_READING_DELAY_MS : POLL_MS
      if (!isWaiting && state !== askedOf && (isOtherState || performance.now() - askedAt >= minDelay)) {
        askedOf = state
        askedAt = performance.now()
        setAnswer(await client.ask(question, abort.signal))
      }
      if (!frozen || isWaiting) timer = setTimeout(run, CHECK_MS)
    }
    // Only an abort rejects, and then the component no longer needs the answer.
    const run = () => void ask().catch(() => {})
    // What waits for an answer is drawn after the rows, which need the worker and the page until then.
    afterPaint(() => {
      if (!abort.signal.aborted) run()
    })
    return () => {
      // A reason of ours: the browser would make an error with a stack trace for each question.
      abort.abort(NO_LONGER_ASKED)
      clearTimeout(timer)
    }
    // `source`: the same question has another answer for another source.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, source, question, frozen])
  return question === null ? undefined : answer
}
