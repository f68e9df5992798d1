import { type DragEvent, lazy, type ReactNode, Suspense, useState } from 'react'

import { lazyChunk } from '../../lib/preload.ts'
import { commands } from '../../state/commands/commands.ts'
import { fileSource, type Source } from '../../state/client/flowtrace.ts'

const PasteListener = lazy(
  lazyChunk(async () => ({ default: (await import('./PasteListener.tsx')).PasteListener })),
)

const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files')

/** Opens a capture that is dropped anywhere on the page, or pasted outside of a field. The file is read in this browser and not uploaded. */
export function DropZone({ onOpen, children }: { onOpen: (source: Source) => void; children: ReactNode }) {
  const [over, setOver] = useState(false)
  return (
    <div
      className="h-full overflow-auto"
      onDragOver={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false)
      }}
      onDrop={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(false)
        const { files } = event.dataTransfer
        const file = files[0]
        if (file === undefined) return
        onOpen(fileSource(file))
        if (files.length > 1)
          commands.say(`Opened ${file.name}; a drop opens one file, the others were left alone.`)
      }}
    >
      {children}
      <Suspense fallback={null}>
        <PasteListener onOpen={onOpen} />
      </Suspense>
      {over ? (
        <div className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-[color-mix(in_oklab,var(--surface)_88%,transparent)]">
          <p className="text-lg font-medium">Drop the capture to open it. It stays in this browser.</p>
        </div>
      ) : null}
    </div>
  )
}
