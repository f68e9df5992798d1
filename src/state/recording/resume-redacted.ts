/** What a redacted recording goes on with, which keeps neither its salt nor the names of its query. A lazy chunk. */
import { print } from '../../filter/language/print.ts'
import { withBoth } from '../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { ensure } from '../../lib/assert.ts'
import type { Recording } from '../../recording/recording.ts'
import { isMadeOf, isSaltOf } from '../../recording/recording-redaction.ts'
import type { Redaction } from '../../redact/redactor.ts'
import { ensureSalt } from '../remembered/redaction-salt.ts'

export type ResumedRedaction =
  | { readonly filter: Expression; readonly redaction: Redaction }
  | { readonly refused: string }

/** `now`: what is streamed and shown. Its names are compared by their stand-ins. */
export function resumeRedacted(
  recording: Recording,
  now: { readonly server: string; readonly filter: Expression; readonly scope: Expression },
): ResumedRedaction {
  const salt = ensureSalt()
  const { level } = ensure(recording.redaction, 'the recording is redacted')
  if (!isSaltOf(recording, salt))
    return {
      refused:
        'It began with another salt, which is not kept with it. Set that salt under “New recording” and resume it again.',
    }
  for (const filter of [ALL, now.filter]) {
    const passed = print(withBoth(now.scope, filter)) || null
    const made = isMadeOf(recording, salt, { server: now.server, passed })
    if (!made.server) return { refused: 'It is of another server than the one that is open.' }
    if (made.filter) return { filter, redaction: { level, salt } }
  }
  return {
    refused:
      'It began with another filter, whose names are not kept with it. Set the same filter and resume it again.',
  }
}
