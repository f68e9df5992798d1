/** What an export shall do with names, and a preview of it from the records that the view shows. */
import { useMemo, useState } from 'react'

import type { Redaction } from '../../redact/redactor.ts'
import { type RedactionPreview, previewOf } from '../../redact/redaction-preview.ts'
import { topRowsOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import { ensureSalt, useSalt } from '../../state/remembered/redaction-salt.ts'
import { useView } from '../../state/view/navigation.ts'

export type RedactionChoice = 'nothing' | Redaction['level']

/** So many keys are previewed; the file has all. */
const PREVIEWED_KEYS = 1000

export interface RedactionState {
  readonly choice: RedactionChoice
  readonly choose: (choice: RedactionChoice) => void
  /** What to ask of an export; null where names stay. */
  readonly redaction: Redaction | null
  /** Undefined until the records have answered, and where names stay. */
  readonly preview: RedactionPreview | undefined
}

export function useRedaction(): RedactionState {
  const [{ filter, time }] = useView()
  const [choice, setChoice] = useState<RedactionChoice>('nothing')
  const salt = useSalt()
  const redaction = useMemo(
    () => (choice === 'nothing' || salt === null ? null : { level: choice, salt }),
    [choice, salt],
  )
  const isRedacted = redaction !== null
  const question = useMemo(
    () =>
      isRedacted
        ? topRowsOf(
            { shape: 'keys', filter, time, sort: { column: 'conns', descending: true } },
            PREVIEWED_KEYS,
          )
        : null,
    [isRedacted, filter, time],
  )
  const answer = useAnswer(question)
  const preview = useMemo(
    () =>
      redaction === null || answer === undefined
        ? undefined
        : previewOf(answer.rows, answer.total, filter, redaction),
    [redaction, answer, filter],
  )
  const choose = (next: RedactionChoice) => {
    if (next !== 'nothing') ensureSalt()
    setChoice(next)
  }
  return { choice, choose, redaction, preview }
}
