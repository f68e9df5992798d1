import { Dialog } from '@base-ui/react/dialog'
import { type ReactNode, type RefObject, Suspense, useLayoutEffect, useRef } from 'react'

/**
 * A modal dialog: it traps the focus and restores it at the end; Escape and a click outside close it. Its content may be a
 * lazy part.
 */
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
  /** Called when it has closed; where this moves the focus, it stays there. */
  onClosed?: () => void
  wide?: boolean
  /** Beside what it is about, where the screen is wide enough; the whole of a phone's. */
  place?: 'middle' | 'side'
  children: ReactNode
}) {
  const popup = useRef<HTMLDivElement>(null)
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
            ref={popup}
            aria-label={title}
            // What the content marks, once it is there; otherwise its first control.
            initialFocus={() => document.querySelector<HTMLElement>('[data-first-focus]') ?? true}
            className={`flex max-h-full w-full flex-col overflow-hidden border-line bg-surface text-ink shadow-[0_12px_40px_rgb(0_0_0/0.2)] outline-none ${place === 'side' ? 'h-full sm:max-h-[42rem] sm:max-w-[400px] sm:rounded-[12px] sm:border' : `rounded-[12px] border sm:max-h-[76vh] ${wide ? 'max-w-3xl' : 'max-w-xl'}`}`}
          >
            <FirstFocus dialog={popup} />
            <Suspense fallback={null}>
              {children}
              <FirstFocus dialog={popup} />
            </Suspense>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

const CONTROLS = 'a[href],button,input,select,textarea,[tabindex="0"]'

/**
 * Moves the focus into the dialog once this is drawn, unless it is on one of its controls: to what `data-first-focus` marks,
 * to its first control, or to itself while it has none. At once, because Base UI waits for the next frame, and a key that is
 * pressed before would be a command of the page behind.
 */
function FirstFocus({ dialog }: { dialog: RefObject<HTMLElement | null> }) {
  useLayoutEffect(() => {
    // After the layout effect in which Base UI notes where the focus has to return.
    queueMicrotask(() => {
      const popup = dialog.current
      const { activeElement } = document
      if (popup === null || (popup !== activeElement && popup.contains(activeElement))) return
      const controls = [
        ...popup.querySelectorAll<HTMLElement>('[data-first-focus]'),
        ...popup.querySelectorAll<HTMLElement>(CONTROLS),
        popup,
      ]
      controls.some((control) => {
        if (control.tabIndex >= 0 || control === popup) control.focus({ preventScroll: true })
        return document.activeElement === control
      })
    })
  }, [dialog])
  return null
}
