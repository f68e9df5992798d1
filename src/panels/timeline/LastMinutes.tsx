import { useId, useState } from 'react'

import { formatClocks } from '../../lib/format.ts'
import { lengthInWords, parseLength } from '../../state/view/time-choice.ts'
import { Button } from '../../ui/Button.tsx'
import { Choice } from './Choice.tsx'

const PRESETS: readonly { readonly seconds: number; readonly title: string }[] = [
  { seconds: 5 * 60, title: 'Last 5 minutes' },
  { seconds: 15 * 60, title: 'Last 15 minutes' },
  { seconds: 30 * 60, title: 'Last 30 minutes' },
  { seconds: 60 * 60, title: 'Last hour' },
]

/** Sliding ranges, which end at the newest record: the presets, and the selected one when it is no preset. */
export function LastMinutes({
  newest,
  last,
  onSelect,
}: {
  /** The end of the newest record, in Unix seconds. */
  newest: number
  /** The length of the selected sliding range in seconds; null when none is selected. */
  last: number | null
  onSelect: (seconds: number) => void
}) {
  const own = last === null || PRESETS.some(({ seconds }) => seconds === last) ? [] : [last]
  const choices = [
    ...PRESETS,
    ...own.map((seconds) => ({ seconds, title: `Last ${lengthInWords(seconds)}` })),
  ]
  return choices.map(({ seconds, title }) => (
    <Choice
      key={seconds}
      title={title}
      detail={formatClocks(Math.max(0, newest - seconds), newest)}
      on={seconds === last}
      onClick={() => onSelect(seconds)}
    />
  ))
}

/** A field for a sliding range of any length. */
export function OtherLength({ onSelect }: { onSelect: (seconds: number) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const seconds = parseLength(text)
  const wrong = text.trim() !== '' && seconds === null
  return (
    <form
      className="px-3 pt-1 pb-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (seconds !== null) onSelect(seconds)
      }}
    >
      <div className="flex items-center gap-2">
        <label htmlFor={id} className="text-muted">
          Last
        </label>
        <input
          id={id}
          value={text}
          placeholder="90s, 20m, 2h"
          autoComplete="off"
          spellCheck={false}
          aria-invalid={wrong}
          aria-describedby={`${id}-help`}
          onChange={(event) => setText(event.currentTarget.value)}
          className="h-8 min-w-0 flex-1 rounded-[7px] border border-edge bg-page px-2 placeholder:text-muted"
        />
        <Button type="submit" disabled={seconds === null}>
          Apply
        </Button>
      </div>
      <p id={`${id}-help`} className="mt-1 text-2xs text-muted" role="status">
        {wrong ? (
          <span className="text-deny">A number with s, m or h, from 15 s to 24 h.</span>
        ) : (
          'Counted back from the end of the newest record held. The range slides along with it, and stands still while the view does.'
        )}
      </p>
    </form>
  )
}
