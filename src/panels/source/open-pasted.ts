import { useEffect } from 'react'

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

/**
 * Opens what is pasted onto the page outside of a field: a file, or records, a trace or policies as text, in any format. Nothing is
 * uploaded. Renders nothing: it is a component so that it can be loaded after the first paint.
 */
export function PasteListener({ onFile }: { onFile: (file: File) => void }): null {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const data = event.clipboardData
      if (data === null || event.defaultPrevented || takesText(event.target)) return
      const file = data.files[0]
      const text = data.getData('text/plain')
      if (file !== undefined) onFile(file)
      else if (mayHoldRecords(text) || holdsObjects(text)) onFile(new File([text], PASTED_TRACE))
      else if (text !== '')
        commands.say('What was pasted is neither a record of a flow nor a policy, so it was not opened.')
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [onFile])
  return null
}
