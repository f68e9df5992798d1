/** Questions to the store from components: the answer to the newest one, renewed as flows come in. */
import { useEffect, useState } from 'react'

import type { Question } from '../../store/protocol.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import type { AnswerTo } from './store-client.ts'

/** Milliseconds between two askings of the same question while flows come in. */
const PACE = 1000
/** Milliseconds between two looks at what is held. */
const LOOK = 100
/** What was received grew by so much that the answer is too wrong to wait: while a source is read in. */
const GREW = 1.1
/** Even so an answer is renewed after so many times the time that it took: the reading is what is waited for. */
const SHARE = 25

/**
 * The answer, undefined until there is one; the answer to an older question stays until the new one is there, so that
 * nothing flickers. Null asks nothing. The question must be the same value as long as it asks the same.
 */
export function useAnswer<Q extends Question>(question: Q | null): AnswerTo<Q> | undefined {
  const { client, source } = useFlowtrace()
  const [answer, setAnswer] = useState<AnswerTo<Q> | undefined>(undefined)
  const frozen = useSnapshot(({ holds }) => holds.size > 0)
  useEffect(() => {
    if (question === null) return undefined
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let seen = -1
    let askedAt = Number.NEGATIVE_INFINITY
    let took = 0
    const ask = async () => {
      const { records, evicted } = client.snapshot().status.holdings
      // Where as many leave as come, the number held stays the same.
      const received = records + evicted
      const pace = received > seen * GREW ? Math.min(PACE, SHARE * took) : PACE
      if (received !== seen && performance.now() - askedAt >= pace) {
        seen = received
        askedAt = performance.now()
        setAnswer(await client.ask(question, abort.signal))
        took = performance.now() - askedAt
      }
      if (!frozen) timer = setTimeout(run, LOOK)
    }
    // Only an abort rejects, and then nobody waits.
    const run = () => void ask().catch(() => {})
    run()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
    // Another source has other answers.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, source, question, frozen])
  return question === null ? undefined : answer
}
