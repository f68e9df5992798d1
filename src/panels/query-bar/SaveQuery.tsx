import { useState } from 'react'

import { NAME_LIMIT, SAVED_LIMIT, saveQuery, useSavedQueries } from '../../state/remembered/saved-queries.ts'
import { Button } from '../../ui/Button.tsx'

/** Saves the applied query under a name, in this browser. Nothing is shown for the empty query. */
export function SaveQuery({ text }: { text: string }) {
  const saved = useSavedQueries()
  const [name, setName] = useState(() => saved.find((each) => each.text === text)?.name ?? '')
  const [full, setFull] = useState(false)
  const named = name.trim()
  const replaces = saved.some((each) => each.name === named)
  if (text === '') return null
  return (
    <form
      className="flex max-w-full min-w-80 flex-col gap-2 border-b border-line p-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (named !== '') setFull(!saveQuery({ name: named, text }))
      }}
    >
      <code className="line-clamp-3 text-xs break-words text-muted">{text}</code>
      <div className="flex items-end gap-2">
        <label className="flex min-w-0 flex-1 flex-col gap-1 text-xs text-muted">
          Name
          <input
            type="text"
            required
            maxLength={NAME_LIMIT}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            className="h-7 rounded-[7px] border border-edge bg-page px-2.5 text-sm text-ink"
          />
        </label>
        <Button
          look="primary"
          type="submit"
          aria-label={replaces ? 'Replace the saved query' : 'Save the query'}
        >
          {replaces ? 'Replace' : 'Save'}
        </Button>
      </div>
      {full ? (
        <p role="alert" className="text-xs text-deny">
          {SAVED_LIMIT} queries are saved already. Delete one first.
        </p>
      ) : null}
    </form>
  )
}
