import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

import { formatBytes, formatDays, formatPlural } from '../../lib/format.ts'
import type { KeptRecording } from '../../state/recording/use-recording.ts'
import { Button } from '../../ui/Button.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { endInWords, missingInWords, redactionInWords, timeInWords } from './recording-words.ts'

/** What can be done with a kept recording. */
export interface RecordingActions {
  readonly onOpen: (recording: KeptRecording) => void
  readonly onSave: (recording: KeptRecording) => void
  /** Undefined where a recording that was cut off cannot go on now. */
  readonly resumeOf: (recording: KeptRecording) => (() => void) | undefined
}

/** The recordings that are kept in this browser, the newest first. */
export function RecordingList({
  kept,
  actions,
}: {
  kept: readonly KeptRecording[]
  actions: RecordingActions
}) {
  return (
    <ul aria-label="Kept recordings" className="flex flex-col gap-2">
      {kept.map((each) => (
        <RecordingItem key={each.recording.id} kept={each} actions={actions} />
      ))}
    </ul>
  )
}

function RecordingItem({ kept, actions }: { kept: KeptRecording; actions: RecordingActions }) {
  const [step, setStep] = useState<'rest' | 'rename' | 'delete'>('rest')
  const { recording, name, isCut } = kept
  const redacted = redactionInWords(recording)
  const resume = actions.resumeOf(kept)
  const end = isCut ? endInWords({ ...recording, end: 'closed' }) : endInWords(recording)
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-[10px] border border-line px-3.5 py-2">
      <div className="min-w-0 flex-1 basis-52">
        {step === 'rename' ? (
          <Rename
            name={name.replace(/\.ndjson\.gz$/, '')}
            isRedacted={redacted !== null}
            onDone={(next) => {
              setStep('rest')
              if (next !== null) void kept.rename(next)
            }}
          />
        ) : (
          <code className="block truncate font-medium" title={name}>
            {name}
          </code>
        )}
        <ItemFigures kept={kept} />
        {redacted === null ? null : <Chip>{redacted}</Chip>}
        {end === null ? null : <p className="text-xs text-staged">{end}</p>}
      </div>
      {step === 'delete' ? (
        <Buttons>
          <span className="text-xs">Delete it for good?</span>
          <Button className="phone:h-9" onClick={() => setStep('rest')}>
            Cancel
          </Button>
          <Button look="primary" className="phone:h-9" onClick={() => void kept.remove()}>
            Delete
          </Button>
        </Buttons>
      ) : (
        <Buttons>
          {isCut ? (
            <>
              {resume === undefined ? null : (
                <Button look="primary" className="phone:h-9" onClick={resume}>
                  Resume
                </Button>
              )}
              <Button className="phone:h-9" onClick={() => void kept.settle()}>
                Keep as it is
              </Button>
            </>
          ) : (
            <Button look="quiet" className="phone:h-9" onClick={() => setStep('rename')}>
              Rename
            </Button>
          )}
          <Button className="phone:h-9" aria-label={`Open ${name}`} onClick={() => actions.onOpen(kept)}>
            Open
          </Button>
          <Button
            look="quiet"
            className="phone:h-9"
            aria-label={`Save ${name} as a file`}
            onClick={() => actions.onSave(kept)}
          >
            Save
          </Button>
          <Button
            look="quiet"
            className="phone:h-9"
            aria-label={`Delete ${name}`}
            onClick={() => setStep('delete')}
          >
            Delete
          </Button>
        </Buttons>
      )}
    </li>
  )
}

/** Its time, its size, and what is missing of it. */
function ItemFigures({ kept: { recording, window, records, bytes } }: { kept: KeptRecording }) {
  const missing = missingInWords(recording)
  return (
    <p className="text-xs text-muted tabular-nums">
      {formatDays(window.from, window.to ?? window.from)} · {timeInWords(recording)} ·{' '}
      {formatPlural(records, 'record')} · {formatBytes(bytes)}
      {missing === '' ? '' : ` · ${missing}`}
    </p>
  )
}

function Buttons({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-1.5">{children}</div>
}

/** Null: the name stays as it is. */
function Rename({
  name,
  isRedacted,
  onDone,
}: {
  name: string
  isRedacted: boolean
  onDone: (name: string | null) => void
}) {
  const [text, setText] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  const note = useId()
  // It takes the place of the button that had the focus.
  useEffect(() => field.current?.select(), [])
  return (
    <form
      className="flex flex-wrap gap-1.5"
      onSubmit={(event) => {
        event.preventDefault()
        onDone(text.trim() === '' || text.trim() === name ? null : text.trim())
      }}
    >
      <input
        aria-label="Name of the recording"
        aria-describedby={isRedacted ? note : undefined}
        ref={field}
        maxLength={60}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          // The dialog around it stays open.
          event.stopPropagation()
          onDone(null)
        }}
        className="h-7 min-w-0 flex-1 rounded-[7px] border border-edge bg-surface px-2 font-mono text-xs"
      />
      <Button type="submit">Rename</Button>
      {isRedacted ? (
        <p id={note} className="w-full text-xs text-muted">
          The name is kept as you type it: nothing in it is redacted.
        </p>
      ) : null}
    </form>
  )
}
