import { type DragEvent, type ReactNode, useState } from 'react'

import { useFlowtrace } from '../../state/flowtrace.ts'

const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files')

/** The whole page takes a dropped capture. The file is read in this browser and goes nowhere else. */
export function DropZone({ children }: { children: ReactNode }) {
  const { openSource } = useFlowtrace()
  const [over, setOver] = useState(false)
  return (
    <div
      className="h-full"
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
        const file = event.dataTransfer.files[0]
        if (file !== undefined) openSource({ name: file.name, open: { kind: 'file', file } })
      }}
    >
      {children}
      {over ? (
        <div className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-[color-mix(in_oklab,var(--surface)_88%,transparent)]">
          <p className="text-lg font-medium">Drop the capture to open it. It stays in this browser.</p>
        </div>
      ) : null}
    </div>
  )
}
