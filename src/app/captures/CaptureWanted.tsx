import { useEffect, useRef, useState } from 'react'

import { formatBytes } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { type FileHandle, fileOf } from '../../state/captures/file-handle.ts'
import { keptHandle } from '../../state/captures/kept-handles.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { Brand } from '../Brand.tsx'

/**
 * Shown in place of the page while the address is about a capture whose file is not open, as after a reload or on a
 * colleague's machine: asks for the file. Where the browser has kept a handle of it, one click suffices, or none.
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
  const handle = useKeptHandle(capture, opening)
  const name = visibleText(capture.name)
  useEffect(() => {
    document.title = `${name} · Flowtrace`
  }, [name])
  const openAgain = async (kept: FileHandle): Promise<void> => {
    const file = await fileOf(kept, true)
    // Moved, deleted or not permitted: the reader shows where it is.
    if (file === null) input.current?.click()
    else await opening.openFile(file, Promise.resolve(kept))
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
          {handle === null ? null : (
            <Button look="primary" onClick={() => void openAgain(handle)}>
              Open it again
            </Button>
          )}
          <Button look={handle === null ? 'primary' : 'outline'} onClick={() => input.current?.click()}>
            Open the file…
          </Button>
          <Button onClick={() => navigate({ capture: null, open: null })}>
            {offered === null ? 'Leave the capture' : `Go to ${offered}`}
          </Button>
        </div>
        <FileInput
          input={input}
          label="Capture file"
          onFile={(file) => void opening.openFile(file)}
          onFiles={(files) => opening.openChosen(files)}
        />
      </div>
    </main>
  )
}

/** The handle with which the reader can open the file by a click; null where there is none. Opens it where none is needed. */
function useKeptHandle(capture: CaptureId, opening: CaptureOpening): FileHandle | null {
  const [found, setFound] = useState<{ capture: CaptureId; handle: FileHandle } | null>(null)
  useEffect(() => {
    let left = false
    const find = async (): Promise<void> => {
      const handle = await keptHandle(capture)
      const file = handle === null ? null : await fileOf(handle, false)
      if (left || handle === null) return
      if (file === null) setFound({ capture, handle })
      else await opening.openFile(file, Promise.resolve(handle))
    }
    void find()
    return () => {
      left = true
    }
  }, [capture, opening])
  return found?.capture === capture ? found.handle : null
}
