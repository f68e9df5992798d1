import { useCallback, useEffect, useRef, useState } from 'react'

import { formatBytes } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { readHandles } from '../../state/captures/file-access.ts'
import { rememberRecording } from '../../state/captures/file-handle.ts'
import { type Reach, recentCaptures } from '../../state/captures/recent-captures.ts'
import { useFileChooser } from '../../state/captures/use-file-chooser.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import { reopenRecording } from '../../state/recording/reopen-recording.ts'
import { useLoginState } from '../../state/session/login-state.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { Brand } from '../Brand.tsx'

/**
 * Shown in place of the page while the address is about a capture whose file is not open, as after a reload or on a
 * colleague's machine: asks for the file. Where the browser has kept handles of it, one click suffices, or none.
 */
export function CaptureWanted({
  capture,
  opening,
  offered,
}: {
  capture: CaptureId
  opening: CaptureOpening
  /** What the server offers; null while that is not known. */
  offered: Source | null
}) {
  const input = useRef<HTMLInputElement>(null)
  const viewer = useViewerOf(offered)
  const { handles, lack } = useOrigin(capture, opening, viewer)
  const openChosen = useCallback((files: readonly File[]) => opening.openChosen(files), [opening])
  const choose = useFileChooser(input, openChosen)
  const name = visibleText(capture.name)
  useEffect(() => {
    document.title = `${name} · Flowtrace`
  }, [name])
  const openAgain = async (kept: Reach): Promise<void> => {
    const read = await readHandles(kept, true)
    // Moved, deleted or not permitted: the reader shows where it is.
    if (!read.ok) choose()
    else await opening.openAll(read.files)
  }
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <div className="flex w-full max-w-md flex-col gap-3 rounded-[10px] border border-line bg-surface p-6 max-sm:p-4">
        <Brand />
        <h2 className="text-lg font-semibold break-words">
          This link is about {name}, {formatBytes(capture.size)}
        </h2>
        <p>{lack === null ? NO_FILE : LACKS[lack]} Open the file, or drop it here.</p>
        <div className="flex flex-wrap gap-2">
          {handles === null ? null : (
            <Button look="primary" onClick={() => void openAgain(handles)}>
              Open it again
            </Button>
          )}
          <Button look={handles === null ? 'primary' : 'outline'} onClick={choose}>
            Open the file…
          </Button>
          <Button onClick={() => navigate({ capture: null, open: null, at: null })}>
            {offered === null ? 'Leave the capture' : `Go to ${offered.name}`}
          </Button>
        </div>
        <FileInput
          input={input}
          label="Capture file"
          onFile={(file) => void opening.openFile(file)}
          onFiles={openChosen}
        />
      </div>
    </main>
  )
}

const NO_FILE =
  'A capture stays on the machine of whoever opened it: the link has its name and a checksum, not its records.'

/** Why the recording that the capture was opened from does not open again. */
const LACKS = {
  deleted: 'It was opened from a recording of this browser, which was deleted.',
  foreign:
    'It was opened from a recording of this browser, which is of another user, or of one who is not logged in now.',
} as const

function useViewerOf(offered: Source | null): string | null {
  const { viewer } = useLoginState()
  const open = offered?.open
  return viewer ?? (open?.kind === 'live' ? open.viewer : undefined) ?? null
}

interface Origin {
  /** With which the reader can open the capture by a click; null where there are none. */
  readonly handles: Reach | null
  readonly lack: keyof typeof LACKS | null
}

const NO_ORIGIN: Origin = { handles: null, lack: null }

/** What is known of where the capture came from. Opens it where that needs no click. */
function useOrigin(capture: CaptureId, opening: CaptureOpening, viewer: string | null): Origin {
  const [found, setFound] = useState<(Origin & { capture: CaptureId }) | null>(null)
  useEffect(() => {
    let left = false
    const find = async (): Promise<void> => {
      const { reach: handles, recording } = await recentCaptures.originOf(capture)
      if (recording !== null) {
        const reopened = await reopenRecording(recording, viewer)
        if (left) return
        if (reopened.is !== 'file') return setFound({ ...NO_ORIGIN, capture, lack: reopened.is })
        rememberRecording(reopened.file, recording)
        await opening.openFile(reopened.file)
        return
      }
      if (handles.handles.length === 0) return
      const read = await readHandles(handles, false)
      if (left) return
      if (read.ok) await opening.openAll(read.files)
      else setFound({ ...NO_ORIGIN, capture, handles })
    }
    void find()
    return () => {
      left = true
    }
  }, [capture, opening, viewer])
  return found?.capture === capture ? found : NO_ORIGIN
}
