/** The recordings of this browser, as rows of the list of captures. */
import { useMemo } from 'react'

import { visibleText } from '../../lib/visible-text.ts'
import { commands } from '../../state/commands/commands.ts'
import {
  type KeptRecording,
  useKeptRecordings,
  useRecording,
  useRecordings,
} from '../../state/recording/use-recording.ts'
import { saveFile } from '../../ui/save-file.ts'
import type { CaptureEntry, CaptureTag } from './capture-entry.ts'
import type { RecordingActions } from './RecordingList.tsx'
import { endInWords, missingInWords, redactionInWords } from './recording-words.ts'
import { useRecordingActions } from './use-recording-actions.ts'

/** `open`: the id of the recording that the open capture was opened from; null for a file. */
export function useRecordingEntries(open: string | null): readonly CaptureEntry[] {
  const recordings = useRecordings()
  const controls = useRecording(recordings)
  const { kept } = useKeptRecordings(recordings)
  const actions = useRecordingActions({
    controls,
    onOpen: undefined,
    onFailed: (say) => commands.say(say),
    save: saveFile,
  })
  return useMemo(() => (kept ?? []).map((each) => entryOf(each, open, actions)), [kept, open, actions])
}

function entryOf(kept: KeptRecording, open: string | null, actions: RecordingActions): CaptureEntry {
  const { recording, name, source, window, records, bytes, isCut } = kept
  const resume = actions.resumeOf(kept)
  return {
    key: `recording ${recording.id}`,
    name,
    from: visibleText(source),
    window,
    records,
    bytes,
    format: 'Recording',
    tags: tagsOf(kept),
    usedAt: recording.startedAt,
    isOpen: recording.id === open,
    openWord: 'Open',
    open: () => actions.onOpen(kept),
    actions: [
      ...(isCut
        ? [
            { title: 'Resume', disabled: resume === undefined, onSelect: () => resume?.() },
            { title: 'Keep as it is', onSelect: () => void kept.settle() },
          ]
        : []),
      { title: 'Save as a file', onSelect: () => actions.onSave(kept) },
      { title: 'Rename or delete…', onSelect: () => commands.request('recordings.open') },
    ],
  }
}

function tagsOf({ recording, isCut }: KeptRecording): readonly CaptureTag[] {
  const tags: CaptureTag[] = []
  const end = endInWords(isCut ? { ...recording, end: 'closed' } : recording)
  const missing = missingInWords(recording)
  const redacted = redactionInWords(recording)
  if (end !== null) tags.push({ text: isCut ? 'cut off' : 'stopped', tone: 'warning', title: end })
  if (missing !== '') tags.push({ text: missing, tone: 'warning', title: `It lacks records: ${missing}.` })
  if (redacted !== null)
    tags.push({ text: redacted, tone: 'plain', title: 'Names were replaced before anything was kept.' })
  return tags
}
