import { useEffect, useState } from 'react'

import { copyText } from '../../ui/copy-text.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'

/** Milliseconds for which the button shows whether it copied. */
const FEEDBACK_MS = 1500

/** The class names of the icon buttons in the head of the answer: 28 × 28 px, on phones larger. */
export const ICON_BUTTON =
  'grid size-7 flex-none place-items-center rounded-md hover:bg-sunken hover:text-ink max-sm:size-9'

/** A button with an icon alone that copies the text of `text`. What came of it is read out, and shown as an icon. */
export function IconCopyButton({
  name,
  icon,
  text,
  look = ICON_BUTTON,
}: {
  name: string
  icon: IconName
  text: () => string
  /** Class names of the button. */
  look?: string
}) {
  const [copied, setCopied] = useState<boolean | null>(null)
  useEffect(() => {
    if (copied === null) return undefined
    const timer = setTimeout(() => setCopied(null), FEEDBACK_MS)
    return () => clearTimeout(timer)
  }, [copied])
  const shown = copied === null ? icon : copied ? 'allow' : 'warning'
  return (
    <>
      <button
        type="button"
        aria-label={name}
        title={name}
        className={look}
        onClick={() => void copyText(text()).then(setCopied)}
      >
        <Icon name={shown} />
      </button>
      <output className="sr-only">{copied === null ? '' : copied ? 'Copied' : 'Could not copy'}</output>
    </>
  )
}
