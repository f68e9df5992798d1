import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'

/** A modal dialog: it traps the focus and restores it at the end; Escape and a click outside close it. */
export function ModalDialog({
  title,
  open,
  onClose,
  onClosed,
  wide = false,
  place = 'middle',
  children,
}: {
  /** The accessible name; it is not shown. */
  title: string
  open: boolean
  onClose: () => void
  /** Called when the closing animation has ended and the focus is restored. */
  onClosed?: () => void
  wide?: boolean
  /** Beside what it is about, where the screen is wide enough; the whole of a phone's. */
  place?: 'middle' | 'side'
  children: ReactNode
}) {
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose()
      }}
      onOpenChangeComplete={(next) => {
        if (!next) onClosed?.()
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-50 bg-[rgb(0_0_0/0.35)]" />
        <Dialog.Viewport
          className={`fixed inset-0 z-50 flex items-start ${place === 'side' ? 'justify-end sm:px-4 sm:pt-14 sm:pb-4 low:py-2' : 'justify-center p-2 sm:pt-[12vh]'}`}
        >
          <Dialog.Popup
            aria-label={title}
            // What the content marks, once it is there; otherwise its first control.
            initialFocus={() => document.querySelector<HTMLElement>('[data-first-focus]') ?? true}
            className={`flex max-h-full w-full flex-col overflow-hidden border-line bg-surface text-ink shadow-[0_12px_40px_rgb(0_0_0/0.2)] outline-none ${place === 'side' ? 'h-full sm:max-h-[42rem] sm:max-w-[400px] sm:rounded-[12px] sm:border' : `rounded-[12px] border sm:max-h-[76vh] ${wide ? 'max-w-3xl' : 'max-w-xl'}`}`}
          >
            {children}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
