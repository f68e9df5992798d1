import { useEffect, useLayoutEffect, useRef, useState } from 'react'

import { parse } from '../../filter/language/parse-query.ts'
import { registerQueryBar } from '../../state/commands/focus.ts'
import { END_BOX, type FieldProps, PLACEHOLDER, TEXT_BOX } from './query-field.ts'

/** A plain text field of the editor's size, shown while the editor is loaded. It leaves its draft to the editor. */
export function PlainQuery({ applied, onApply, handover }: FieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<string | null>(null)
  const write = (text: string | null) => {
    handover.leave({ text })
    setDraft(text)
  }
  useEffect(() => registerQueryBar(() => input.current?.focus()), [])
  useLayoutEffect(() => {
    const field = input.current
    return () => {
      if (field === null || field !== document.activeElement) return
      // At the end it stays at the end: the field is empty from Enter until the applied query is rendered, and the editor
      // may be mounted with that.
      const place = (at: number | null) => (at === field.value.length ? Infinity : (at ?? 0))
      handover.leave({ selection: [place(field.selectionStart), place(field.selectionEnd)] })
    }
  }, [handover])
  return (
    <>
      <div className={TEXT_BOX}>
        <input
          ref={input}
          type="text"
          data-part-focus
          aria-label="Query"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          enterKeyHint="go"
          placeholder={PLACEHOLDER}
          value={draft ?? applied}
          onChange={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              write(null)
              event.currentTarget.blur()
            }
            if (event.key !== 'Enter') return
            const parsed = parse(draft ?? applied)
            if (!parsed.ok) return
            write(null)
            onApply(parsed.expression)
          }}
          className="h-full w-full bg-transparent px-2 text-ellipsis placeholder-shown:pr-20 font-mono text-xs outline-none placeholder:text-faint"
        />
      </div>
      <div className={END_BOX} />
    </>
  )
}
