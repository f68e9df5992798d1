import { Dialog } from '@base-ui/react/dialog'
import type { ReactNode } from 'react'

/** A modal dialog: it traps the focus and restores it at the end; Escape and a click outside close it. */
export function ModalDialog({
  title,
  open,
  onClose,
  onClosed,
  wide = false,
  children,
}: {
  /** The accessible name; it is not shown. */
  title: string
  open: boolean
  onClose: () => void
  /** Called when the closing animation has ended and the focus is restored. */
  onClosed?: () => void
  wide?: boolean
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
        <Dialog.Viewport className="fixed inset-0 z-50 flex items-start justify-center p-2 sm:pt-[12vh]">
          <Dialog.Popup
            aria-label={title}
            className={`flex max-h-full w-full flex-col overflow-hidden rounded-[12px] border border-line bg-surface text-ink shadow-[0_12px_40px_rgb(0_0_0/0.2)] outline-none sm:max-h-[76vh] ${wide ? 'max-w-3xl' : 'max-w-xl'}`}
          >
            {children}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
