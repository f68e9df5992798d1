import { type DragEvent, type ReactNode, Suspense, useEffect, useState } from 'react'

import { laterChunk, lazyChunk } from '../../lib/preload.ts'
import { laterPart } from '../../ui/lazy-part.tsx'
import type { CaptureOpening, Dropped } from '../../state/captures/capture-opening.ts'
import { handleOf, rememberHandle } from '../../state/captures/file-handle.ts'

const loadOpenPasted = laterChunk(() => import('./open-pasted.ts'))

const LaunchListener = laterPart(async () => (await import('./LaunchListener.tsx')).LaunchListener)

const foldersReader = lazyChunk(() => import('../../state/captures/dropped-folders.ts'))

const holdsFile = (event: DragEvent) => event.dataTransfer.types.includes('Files')

/** A file of the drop has an entry that says whether it is a folder, which is a file of some bytes otherwise. */
function droppedOf({ items, files }: DataTransfer): Dropped {
  const entries = Array.from(items).filter(({ kind }) => kind === 'file')
  // Entries have to be taken while the drop is handled; the files in them may be read later.
  const systemEntries = entries.map((item) => item.webkitGetAsEntry())
  // So have handles.
  const handles = entries.map(handleOf)
  Array.from(files).forEach((file, index) => rememberHandle(file, handles[index] ?? Promise.resolve(null)))
  const isFolder = systemEntries.map((entry) => entry?.isDirectory ?? false)
  const folderEntries = systemEntries.filter((entry) => entry?.isDirectory === true)
  const folderHandles = handles.filter((_, index) => isFolder[index])
  return {
    files: Array.from(files).filter((_, index) => isFolder[index] !== true),
    folders: Array.from(files)
      .filter((_, index) => isFolder[index] === true)
      .map(({ name }) => name),
    filesInFolders: async () =>
      (await foldersReader()).filesInFolders(
        folderEntries.filter((entry) => entry !== null),
        folderHandles,
      ),
  }
}

/** Reads what is pasted while that is handled, because it cannot be read later, and opens it once the chunk for that is there. */
function usePaste(opening: CaptureOpening): void {
  useEffect(() => {
    const onPaste = ({ clipboardData: data, defaultPrevented, target }: ClipboardEvent): void => {
      if (data === null || defaultPrevented) return
      const pasted = { target, file: data.files[0], text: data.getData('text/plain') }
      loadOpenPasted().then(
        ({ openPasted }) => openPasted(pasted, (file) => void opening.openFile(file)),
        () => undefined,
      )
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [opening])
}

/** Opens a capture that is dropped anywhere on the page, or pasted outside of a field. The file is read in this browser and not uploaded. */
export function DropZone({ opening, children }: { opening: CaptureOpening; children: ReactNode }) {
  const [over, setOver] = useState(false)
  usePaste(opening)
  return (
    <div
      className="h-full overflow-auto"
      onDragOver={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        opening.prepare()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false)
      }}
      onDrop={(event) => {
        if (!holdsFile(event)) return
        event.preventDefault()
        setOver(false)
        opening.openDrop(droppedOf(event.dataTransfer))
      }}
    >
      {children}
      <Suspense fallback={null}>
        <LaunchListener opening={opening} />
      </Suspense>
      {over ? (
        <div className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-xl border-2 border-dashed border-accent bg-[color-mix(in_oklab,var(--surface)_88%,transparent)]">
          <p className="text-lg font-medium">Drop captures or policies. They stay in this browser.</p>
        </div>
      ) : null}
    </div>
  )
}
