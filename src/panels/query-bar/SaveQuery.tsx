import { useState } from 'react'

import { NAME_LIMIT, SAVED_LIMIT, saveQuery, useSavedQueries } from '../../state/remembered/saved-queries.ts'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'

/** Saves the applied query under a name, in this browser. */
export function SaveQuery({ text }: { text: string }) {
  const saved = useSavedQueries()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [full, setFull] = useState(false)
  const named = name.trim()
  const replaces = saved.some((each) => each.name === named)
  return (
    <PopoverPanel
      title="Save the query"
      align="end"
      open={open}
      onOpenChange={(next) => {
        setOpen(next)
        setFull(false)
        setName(saved.find((each) => each.text === text)?.name ?? '')
      }}
      trigger={
        <button type="button" className={buttonClass()} disabled={text === ''}>
          Save
        </button>
      }
    >
      <form
        className="flex w-80 max-w-full flex-col gap-2 p-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (named === '') return
          if (saveQuery({ name: named, text })) setOpen(false)
          else setFull(true)
        }}
      >
        <code className="line-clamp-3 text-xs break-words text-muted">{text}</code>
        <label className="flex flex-col gap-1 text-xs text-muted">
          Name
          <input
            type="text"
            required
            maxLength={NAME_LIMIT}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            className="h-8 rounded-[7px] border border-edge bg-page px-2.5 text-sm text-ink"
          />
        </label>
        {full ? (
          <p role="alert" className="text-xs text-deny">
            {SAVED_LIMIT} queries are saved already. Delete one first.
          </p>
        ) : null}
        <Button look="primary" type="submit" className="self-end">
          {replaces ? 'Replace the saved query' : 'Save the query'}
        </Button>
      </form>
    </PopoverPanel>
  )
}
