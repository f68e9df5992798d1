/** What an export shall do with names, and a preview of it from the records that the view shows. */
import { useMemo, useState } from 'react'

import type { Redaction } from '../../redact/redactor.ts'
import type { RedactionPreview } from '../../redact/redaction-preview.ts'
import { ensureSalt, useSalt } from '../../state/remembered/redaction-salt.ts'
import { useView } from '../../state/view/navigation.ts'
import { useRedactionPreview } from '../../state/view/use-redaction-preview.ts'

export type RedactionChoice = 'nothing' | Redaction['level']

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
  const preview = useRedactionPreview(filter, time, redaction)
  const choose = (next: RedactionChoice) => {
    if (next !== 'nothing') ensureSalt()
    setChoice(next)
  }
  return { choice, choose, redaction, preview }
}
