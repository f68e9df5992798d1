/** The comparison that the address asks for, answered by the worker. */
import { useEffect, useRef, useState } from 'react'

import type * as progressChannel from '../../compare/progress-channel.ts'
import { newChannelName, openProgressChannel } from '../../compare/progress-channel.ts'
import type * as messages from '../../store/compare-messages.ts'
import { type Source, useFlowtrace, useSnapshot } from '../client/flowtrace.ts'
import { isLost, isRead } from '../client/source-state.ts'

export type Beginnings = messages.Beginnings
export type CompareAnswer = messages.CompareAnswer
export type CompareQuestion = messages.CompareQuestion
export type CompareSide = messages.CompareSide
export type SideLosses = messages.SideLosses
/** What was compared, of an answer that has it. */
export type Compared = Extract<CompareAnswer, { ok: true }>

export type CompareProgress = progressChannel.CompareProgress

export interface AskedComparison {
  /** The newest answer; that of an older question while a new one is asked. Undefined before the first. */
  readonly answer: CompareAnswer | undefined
  /** Whether the source has to be read before anything is asked. */
  readonly isWaiting: boolean
  /** Whether an answer is on its way, or will be. */
  readonly isAsking: boolean
  /** How far the sides of the question are read; null until that is told. */
  readonly progress: CompareProgress | null
  /** Whether the reader gave up the question, so that `answer` is of an older one. */
  readonly isCancelled: boolean
  /** Asks once more: a window of a live source may have gone on. */
  readonly again: () => void
  /** Gives up the question. */
  readonly cancel: () => void
}

/** A question of a source: the same one has another answer for another source. */
interface Asked {
  readonly question: CompareQuestion
  readonly source: Source
}

interface AskedState {
  readonly answer: CompareAnswer | undefined
  /** What was answered or given up last; null where it is asked again. */
  readonly of: Asked | null
  readonly isCancelled: boolean
  readonly progress: CompareProgress | null
}

/** The reason of an abort by the reader. */
const GIVEN_UP = 'the reader gave the comparison up'

const NOT_ASKED: AskedState = { answer: undefined, of: null, isCancelled: false, progress: null }

function isOf(of: Asked | null, { question, source }: Asked): boolean {
  return of?.question === question && of.source === source
}

/**
 * Asks when the question changes, and when the source has been read or cannot be. Records that come later, also those of a
 * stream that was lost and is read again, change nothing on the screen until the reader asks again. The question must be
 * memoised; null asks nothing.
 */
export function useComparison(question: CompareQuestion | null): AskedComparison {
  const { client, source } = useFlowtrace()
  // Also of a source that was opened just now, of which the worker has said nothing yet.
  const isUnread = useSnapshot(({ status: { source: state } }) => !isRead(state) && !isLost(state))
  const [round, setRound] = useState(0)
  const [state, setState] = useState<AskedState>(NOT_ASKED)
  const running = useRef<AbortController>(null)
  useEffect(() => {
    if (question === null || isUnread) return undefined
    const asked = { question, source }
    if (isOf(state.of, asked)) return undefined
    const abort = new AbortController()
    running.current = abort
    const name = newChannelName()
    const channel = openProgressChannel(name, {
      progress: (progress) => setState((before) => ({ ...before, progress })),
    })
    client.ask({ ...question, channel: name }, abort.signal).then(
      (answer) => {
        channel.close()
        setState({ answer, of: asked, isCancelled: false, progress: null })
      },
      // Only an abort rejects: nobody waits for the answer any more, and the worker need not read on.
      () => {
        channel.cancel()
        channel.close()
        const isCancelled = abort.signal.reason === GIVEN_UP
        setState((before) => ({
          ...before,
          ...(isCancelled ? { of: asked, isCancelled } : {}),
          progress: null,
        }))
      },
    )
    return () => {
      abort.abort('the comparison is no longer asked for')
    }
    // `round`: the reader asks again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [client, source, question, isUnread, round, state.of])
  const isDone = question === null || isOf(state.of, { question, source })
  return {
    answer: question === null ? undefined : state.answer,
    isWaiting: isUnread && !isDone,
    isAsking: !isDone,
    progress: isDone ? null : state.progress,
    isCancelled: isDone && state.isCancelled,
    again: () => {
      setState((before) => ({ ...before, of: null, isCancelled: false }))
      setRound((before) => before + 1)
    },
    cancel: () => running.current?.abort(GIVEN_UP),
  }
}
