import { type ReactNode, useCallback, useRef } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatBytes, formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { CaptureId } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { useOpeningState } from '../../state/captures/use-capture-opening.ts'
import { useFileChooser } from '../../state/captures/use-file-chooser.ts'
import { Button } from '../../ui/Button.tsx'
import { FileInput } from '../../ui/FileInput.tsx'
import { ModalDialog } from '../ModalDialog.tsx'
import { LeftOut, leftOutTitle, Reasons } from './RefusedFiles.tsx'

/** A dialog lists so many files of a drop. */
const MAX_LISTED = 8

/**
 * Says in the middle of the screen why a file was not opened, or asks which one, or whether another one than the link's
 * is to be opened. `openName` is what stays open behind it; null where nothing is.
 */
export function OpeningDialog({ opening, openName }: { opening: CaptureOpening; openName: string | null }) {
  const state = useOpeningState(opening)
  switch (state.step) {
    case 'idle':
      return null
    case 'checking':
      // animate-late: most files are checked before it would be seen.
      return (
        <div className="fixed inset-x-0 bottom-12 z-50 mx-auto flex w-fit max-w-[calc(100vw-2rem)] animate-late items-center gap-3 rounded-[10px] border border-line bg-surface px-3 py-2">
          <output className="truncate">Looking into {visibleText(state.name)}…</output>
          <Button onClick={() => opening.dismiss()}>Cancel</Button>
        </div>
      )
    case 'refused':
      return (
        <Explained title={`${visibleText(state.name)} was not opened`} {...{ opening, openName }}>
          <Reasons check={state.check} />
        </Explained>
      )
    case 'left-out':
      return (
        <Explained
          title={leftOutTitle(state.opened, state.leftOut.length)}
          {...{ opening }}
          openName={state.opened === 0 ? openName : null}
          isDone={state.opened > 0}
        >
          <LeftOut files={state.leftOut} />
        </Explained>
      )
    case 'folder':
      return (
        <Explained title={`${visibleText(state.name)} is a folder`} {...{ opening, openName }}>
          <p>No file in it could be read. Drop the files themselves, or choose them.</p>
        </Explained>
      )
    case 'several':
      return (
        <Explained
          title={`${formatPlural(state.files.length, 'file')}, together or one of them`}
          {...{ opening, openName }}
          action={
            <Button look="primary" onClick={() => void opening.openTogether(state.files)}>
              Open all together
            </Button>
          }
        >
          <Several files={state.files} opening={opening} />
        </Explained>
      )
    case 'other':
      return (
        <Explained
          title={`${visibleText(state.found.id.name)} is not the file of the link`}
          {...{ opening, openName }}
          action={
            <Button look="primary" onClick={() => opening.openAnyway()}>
              Open it anyway
            </Button>
          }
        >
          <p>{differenceOf(state.wanted, state.found.id)}</p>
          <p className="text-muted">
            The link’s filter stays; the row that it opens may not be in this file.
          </p>
        </Explained>
      )
    default:
      return unreachable(state, 'step of an opening')
  }
}

/** Which files a drop has, each of which can be opened by itself. */
function Several({ files, opening }: { files: readonly File[]; opening: CaptureOpening }) {
  return (
    <>
      <p>Together they are merged in order of time. Or which one?</p>
      <ul className="flex flex-col items-start gap-1">
        {files.slice(0, MAX_LISTED).map((file, index) => (
          // The list is as it was dropped, so an index identifies an entry.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index} className="max-w-full">
            <Button className="max-w-full" onClick={() => void opening.openFile(file)}>
              <span className="truncate">{visibleText(file.name)}</span>
              <span className="text-muted">{formatBytes(file.size)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {files.length > MAX_LISTED ? (
        <p className="text-muted">and {formatPlural(files.length - MAX_LISTED, 'other file')}, not listed.</p>
      ) : null}
    </>
  )
}

function differenceOf(wanted: CaptureId, found: CaptureId): string {
  const name = visibleText(wanted.name)
  if (wanted.size !== found.size) {
    return `The link is about ${name}, ${sizeOf(wanted)}; this file has ${sizeOf(found)}.`
  }
  return `The link is about ${name}; this file is as large, but its content is another.`
}

/** "4.1 MB (4,100,312 bytes)": two files may differ by a byte. */
function sizeOf({ size }: CaptureId): string {
  return size < 1000 ? formatPlural(size, 'byte') : `${formatBytes(size)} (${formatPlural(size, 'byte')})`
}

/** The dialog with its ways out. Escape and a click outside go back too. */
function Explained({
  title,
  opening,
  openName,
  action,
  isDone = false,
  children,
}: {
  title: string
  opening: CaptureOpening
  openName: string | null
  /** What else can be done, before *Open another* and *Back*. */
  action?: ReactNode
  /** Whether something was opened, so that nothing has to be done. */
  isDone?: boolean
  children: ReactNode
}) {
  const input = useRef<HTMLInputElement>(null)
  const openChosen = useCallback((files: readonly File[]) => opening.openChosen(files), [opening])
  const choose = useFileChooser(input, openChosen)
  return (
    <ModalDialog title={title} open onClose={() => opening.dismiss()}>
      <div className="flex flex-col gap-3 overflow-auto p-6 max-sm:p-4">
        <h2 className="text-lg font-semibold break-words">{title}</h2>
        {children}
        {openName === null ? null : <p className="text-muted">{openName} stays open.</p>}
        <div className="mt-1 flex flex-wrap gap-2">
          {action}
          {isDone ? (
            <Button look="primary" onClick={() => opening.dismiss()}>
              Close
            </Button>
          ) : (
            <>
              <Button look={action === undefined ? 'primary' : 'outline'} onClick={choose}>
                Open another…
              </Button>
              <Button onClick={() => opening.dismiss()}>Back</Button>
            </>
          )}
        </div>
        <FileInput
          input={input}
          label="File to open"
          onFile={(file) => void opening.openFile(file)}
          onFiles={openChosen}
        />
      </div>
    </ModalDialog>
  )
}
