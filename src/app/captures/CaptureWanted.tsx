import { useCallback, useEffect, useRef, useState } from 'react'

import { formatBytes } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { readHandles } from '../../state/captures/file-access.ts'
import { type Reach, recentCaptures } from '../../state/captures/recent-captures.ts'
import { useFileChooser } from '../../state/captures/use-file-chooser.ts'
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
  /** The name of what the server offers; null while that is not known. */
  offered: string | null
}) {
  const input = useRef<HTMLInputElement>(null)
  const handles = useKeptHandles(capture, opening)
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
        <p>
          A capture stays on the machine of whoever opened it: the link has its name and a checksum, not its
          records. Open the file, or drop it here.
        </p>
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
            {offered === null ? 'Leave the capture' : `Go to ${offered}`}
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

/** The handles with which the reader can open the capture by a click; null where there are none. Opens it where none is needed. */
function useKeptHandles(capture: CaptureId, opening: CaptureOpening): Reach | null {
  const [found, setFound] = useState<{ capture: CaptureId; handles: Reach } | null>(null)
  useEffect(() => {
    let left = false
    const find = async (): Promise<void> => {
      const handles = await recentCaptures.reachOf(capture)
      if (handles.handles.length === 0) return
      const read = await readHandles(handles, false)
      if (left) return
      if (read.ok) await opening.openAll(read.files)
      else setFound({ capture, handles })
    }
    void find()
    return () => {
      left = true
    }
  }, [capture, opening])
  return found?.capture === capture ? found.handles : null
}
