import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { filePickerOf } from '../../state/captures/file-access.ts'
import { useFileChooser } from '../../state/captures/use-file-chooser.ts'
import { MAX_KEPT_CAPTURES, recentCaptures } from '../../state/captures/recent-captures.ts'
import { FileInput } from '../../ui/FileInput.tsx'
import { RefusalList } from '../../ui/RefusalList.tsx'
import type { CaptureEntry } from './capture-entry.ts'
import { CaptureTable } from './CaptureTable.tsx'
import { NoCaptures } from './NoCaptures.tsx'
import { OpenMenu } from './OpenMenu.tsx'
import { Recordings, RecordingsNote } from './Recordings.tsx'
import { useFileEntries } from './use-file-entries.ts'
import { useRecordingEntries } from './use-recording-entries.ts'

/** What is recorded, the captures that were opened in this browser, and the ways to open another. */
export function CapturesScreen({ opening }: { opening: CaptureOpening }) {
  const input = useRef<HTMLInputElement>(null)
  const openChosen = useCallback((files: readonly File[]) => opening.openChosen(files), [opening])
  const choose = useFileChooser(input, openChosen)
  const [showsRefused, setShowsRefused] = useState(false)
  const showRefused = useCallback(() => setShowsRefused(true), [])
  const { entries: opened, isKept, openRecording } = useFileEntries(opening, choose, showRefused)
  const recorded = useRecordingEntries(openRecording)
  const entries = useMemo(() => withRecordings(opened, recorded), [opened, recorded])
  return (
    <section aria-label="Captures" className="min-h-0 overflow-y-auto bg-page px-4 py-3">
      <div className="flex max-w-6xl flex-col gap-3">
        <header className="flex min-h-8 items-center gap-x-2">
          <div className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
            <h2 className="text-lg font-semibold tracking-tight">Captures</h2>
            <p className="text-muted">in this browser, nothing is uploaded</p>
          </div>
          <OpenMenu opening={opening} choose={choose} />
        </header>
        <Recordings isListed={false} />
        {entries.length > 0 ? <CaptureTable entries={entries} /> : isKept === null ? null : <NoCaptures />}
        <KeptNote count={opened.length} isKept={isKept} />
        <RecordingsNote />
        {showsRefused ? <RefusedOfOpen onClose={() => setShowsRefused(false)} /> : null}
      </div>
      <FileInput
        input={input}
        label="Captures to open"
        onFile={(file) => void opening.openFile(file)}
        onFiles={openChosen}
      />
    </section>
  )
}

/** Why an entry says *Choose…* after a reload. */
const NO_HANDLES =
  'This browser does not let the page come back to a file (Chromium does, over HTTPS and from localhost): after a reload it is chosen again.'

/** Files and recordings, the newest first. Files keep the order that they are shown in, so that none moves when it is opened. */
function withRecordings(
  files: readonly CaptureEntry[],
  recorded: readonly CaptureEntry[],
): readonly CaptureEntry[] {
  // A file that was opened from a recording which is still kept is that row.
  const kept = new Set(recorded.map(({ key }) => key))
  const others = files.filter(
    ({ recording }) => recording === undefined || !kept.has(`recording ${recording}`),
  )
  return [...recorded, ...others]
}

/** What is kept, where, and how to be rid of it. */
function KeptNote({ count, isKept }: { count: number; isKept: boolean | null }) {
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <p className="min-w-0">
        {isKept === false
          ? 'This browser keeps nothing for the page, as in a private window: the list ends with this visit.'
          : `Kept are names and where the files are, never their records: ${count} of at most ${MAX_KEPT_CAPTURES}.`}{' '}
        {filePickerOf(window) === null ? `${NO_HANDLES} ` : null}Drop a file anywhere to open it.
      </p>
      {count > 0 ? (
        <button
          type="button"
          className="min-h-6 rounded-sm text-accent hover:underline"
          onClick={() => void recentCaptures.forgetAll()}
        >
          Forget all
        </button>
      ) : null}
    </div>
  )
}

/** What could not be read of the capture that is open. */
function RefusedOfOpen({ onClose }: { onClose: () => void }) {
  const { name } = useFlowtrace().source
  const refused = useSnapshot(({ status }) => status.holdings.refused)
  const refusals = useSnapshot(({ status }) => status.refusals)
  const heading = useRef<HTMLHeadingElement>(null)
  // The reader asked for it from a menu, below which it may be out of sight.
  useEffect(() => heading.current?.focus(), [])
  if (refused === 0) return null
  return (
    <section aria-label="Refused lines" className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <h3 ref={heading} tabIndex={-1} className="min-w-0 font-semibold break-words outline-none">
          {formatPlural(refused, 'piece')} of {name} could not be read; every other one was kept
        </h3>
        <button
          type="button"
          className="min-h-6 rounded-sm text-xs text-accent hover:underline"
          onClick={onClose}
        >
          Hide
        </button>
      </div>
      <RefusalList pieces={refusals} count={refused} className="max-h-[40dvh]" />
    </section>
  )
}
