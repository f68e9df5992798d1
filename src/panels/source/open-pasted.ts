import { PASTED_TRACE } from '../../state/captures/pasted-file.ts'
import { commands } from '../../state/commands/commands.ts'
import { holdsObjects } from '../../state/policies/manifest-text.ts'

/** Whether a paste there writes text, so that it is no capture. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}

/** A shorter text is no record of any format, but for JSON. */
const MIN_RECORD_CHARACTERS = 80

/**
 * Whether a text may hold records: it begins as JSON or as the server-sent events of Calico's dashboard, or it is as long
 * as a line of a log. A word that the reader had copied for another purpose is then no capture that was refused.
 */
function mayHoldRecords(text: string): boolean {
  return /^\s*(data:\s*)?[{[]/.test(text) || text.trim().length >= MIN_RECORD_CHARACTERS
}

/** What a paste held, and where it was pasted. */
interface Pasted {
  readonly target: EventTarget | null
  readonly file: File | undefined
  readonly text: string
}

/**
 * Opens what is pasted onto the page outside of a field: a file, or records, a trace or policies as text, in any format.
 * Nothing is uploaded. A chunk of its own, which need not be there for the first paint.
 */
export function openPasted({ target, file, text }: Pasted, onFile: (file: File) => void): void {
  if (takesText(target)) return
  if (file !== undefined) onFile(file)
  else if (mayHoldRecords(text) || holdsObjects(text)) onFile(new File([text], PASTED_TRACE))
  else if (text !== '')
    commands.say('What was pasted is neither a record of a flow nor a policy, so it was not opened.')
}
