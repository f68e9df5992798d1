import { type KeyboardEvent, useId, useState } from 'react'

import { Button } from './Button.tsx'
import { Icon } from './Icon.tsx'

/** The salt of the stand-ins, folded: most readers never need it. Another one can be set, such as the team's. */
export function SaltField({
  salt,
  faultOf,
  onTake,
}: {
  salt: string
  /** Why a text is no salt; null when it is one. */
  faultOf: (text: string) => string | null
  onTake: (salt: string) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const id = useId()
  const text = typed ?? salt
  const fault = faultOf(text)
  const take = () => {
    if (fault !== null) return
    onTake(text)
    setTyped(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    // The form around it would begin the export.
    event.preventDefault()
    take()
  }
  return (
    <details className="text-xs">
      <summary className="flex h-7 cursor-pointer items-center gap-1 rounded text-accent phone:h-11">
        Salt of the stand-ins
        <Icon name="down" className="size-3.5" />
      </summary>
      <p id={`${id}-help`} className="text-muted">
        Whoever has the same salt gets the same stand-ins, and can try which name is behind one.
      </p>
      <div className="mt-1 flex gap-2">
        <input
          aria-label="Salt of the stand-ins"
          aria-describedby={`${id}-help ${id}-fault`}
          aria-invalid={fault !== null}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={onKeyDown}
          className="h-7 min-w-0 flex-1 rounded-lg border border-edge bg-page px-2 font-mono phone:h-11"
        />
        <Button className="phone:h-11" aria-disabled={typed === null || fault !== null} onClick={take}>
          Use it
        </Button>
      </div>
      <p id={`${id}-fault`} className="min-h-4 text-deny">
        {fault}
      </p>
    </details>
  )
}
