/** The one-shot questions that wait for their answers. */
import type { Answers, Question, ToWorker } from '../../store/protocol.ts'

type AnyAnswer = Answers[keyof Answers]

/** The answer to a question, by what it is about. */
export type AnswerTo<Q extends Question> = Answers[Q['about']]

interface Pending {
  readonly question: Question
  readonly resolve: (answer: AnyAnswer) => void
}

export class PendingQuestions {
  readonly #post: (message: ToWorker) => void
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(post: (message: ToWorker) => void) {
    this.#post = post
  }

  /** Rejects with the signal's reason when it is aborted before the answer. */
  ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const id = ++this.#lastId
      const onAbort = () => {
        if (this.#pending.delete(id)) reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#pending.set(id, {
        question,
        resolve: (answer) => {
          // One signal may serve many questions, whose listeners would add up.
          signal.removeEventListener('abort', onAbort)
          resolve(answer as AnswerTo<Q>) // the worker answers each question with its own kind of answer
        },
      })
      this.#post({ type: 'ask', id, question })
    })
  }

  /** Asks all of them anew, of a source that was opened after they were asked. */
  repeat(): void {
    for (const [id, { question }] of this.#pending) this.#post({ type: 'ask', id, question })
  }

  /** The worker's answer to the question of that id. Ignored when the question was aborted. */
  answer(id: number, answer: AnyAnswer): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.resolve(answer)
  }
}
