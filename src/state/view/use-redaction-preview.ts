/** Examples of what names become, from the records that the view shows. */
import { useMemo } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import type { Redaction } from '../../redact/redactor.ts'
import { type RedactionPreview, previewOf } from '../../redact/redaction-preview.ts'
import { topRowsOf } from '../client/questions.ts'
import type { RequestedRange } from '../client/time-range.ts'
import { useAnswer } from '../client/use-answer.ts'

/** So many keys are previewed; the file has all. */
const PREVIEWED_KEYS = 1000

/** Undefined until the records have answered, and where `redaction` is null. */
export function useRedactionPreview(
  filter: Expression,
  time: RequestedRange | null,
  redaction: Redaction | null,
): RedactionPreview | undefined {
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
  return useMemo(
    () =>
      redaction === null || answer === undefined
        ? undefined
        : previewOf(answer.rows, answer.total, filter, redaction),
    [redaction, answer, filter],
  )
}
