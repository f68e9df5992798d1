import { useEffect, useState } from 'react'

import { Button, type ButtonLook } from './Button.tsx'
import { copyText } from './copy-text.ts'
import { Icon } from './Icon.tsx'
import type { IconName } from './icon-paths.ts'

/** Milliseconds for which the button shows whether it copied. */
const FEEDBACK_MS = 1500

/** Copies the text that `text` returns when the button is pressed, and shows for a moment whether that worked. */
export function CopyButton({
  text,
  label,
  icon = 'copy',
  look = 'outline',
  title,
  note,
  done = 'Copied',
}: {
  text: () => string
  label: string
  title?: string
  /** A word after the label, for screen readers alone. */
  note?: string
  /** The label after a copy that worked. */
  done?: string
  icon?: IconName
  look?: ButtonLook
}) {
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return undefined
    const timer = setTimeout(() => setSaid(null), FEEDBACK_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => setSaid((await copyText(text())) ? done : 'Could not copy')
  return (
    <>
      <Button
        look={look}
        title={title}
        aria-label={note === undefined ? undefined : `${label}, ${note}`}
        onClick={() => void copy()}
      >
        <Icon name={icon} className="size-3.5" />
        {/* As wide with the one text as with the other, so that nothing beside the button moves. */}
        <span className="grid justify-items-center *:[grid-area:1/1]">
          <span className={said === null ? '' : 'invisible'}>{label}</span>
          {said === null ? null : <span>{said}</span>}
        </span>
      </Button>
      {/* Beside the button: inside it, an empty status would leave the button without an accessible name. */}
      <output className="sr-only">{said}</output>
    </>
  )
}
