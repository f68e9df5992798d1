import { useEffect, useState } from 'react'

import { Button, type ButtonLook } from './Button.tsx'
import { copyText } from './copy-text.ts'
import { Icon, type IconName } from './Icon.tsx'

/** How long the button says that it copied, in milliseconds. */
const SAID = 1500

/** Copies a text that is made when it is pressed, and says whether that worked. */
export function CopyButton({
  text,
  label,
  icon = 'copy',
  look = 'outline',
  title,
  done = 'Copied',
}: {
  text: () => string
  label: string
  title?: string
  /** What it says once it copied. */
  done?: string
  icon?: IconName
  look?: ButtonLook
}) {
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return undefined
    const timer = setTimeout(() => setSaid(null), SAID)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => setSaid((await copyText(text())) ? done : 'Could not copy')
  return (
    <>
      <Button look={look} title={title} onClick={() => void copy()}>
        <Icon name={icon} className="size-3.5" />
        {said ?? label}
      </Button>
      {/* Beside the button: a status inside it would leave the button without a name. */}
      <output className="sr-only">{said}</output>
    </>
  )
}
