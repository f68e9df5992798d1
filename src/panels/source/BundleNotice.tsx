import { useEffect, useId, useState } from 'react'

import { visibleText } from '../../lib/visible-text.ts'
import type { OpenedBundle } from '../../state/client/flowtrace.ts'
import { borrowColumns } from '../../state/remembered/preferences.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Notice } from '../../ui/Notice.tsx'

/**
 * What came with the capture in an incident bundle: its notes, which begin as one line, and what could not be restored.
 * While it is there, the columns are those of the sender.
 */
export function BundleNotice({ bundle }: { bundle: OpenedBundle }) {
  const { notes, columns, problems } = bundle
  const [closed, setClosed] = useState<OpenedBundle | null>(null)
  const [borrowed, setBorrowed] = useState(true)
  useEffect(() => {
    borrowColumns(borrowed ? columns : null)
    return () => borrowColumns(null)
  }, [columns, borrowed])
  return (
    <>
      {problems.length === 0 || closed === bundle ? null : (
        <Notice title="Part of the bundle could not be restored:" onClose={() => setClosed(bundle)}>
          {visibleText(problems.join('; '))}. Everything else in it is.
        </Notice>
      )}
      {notes === '' && columns === null ? null : (
        <Notes
          notes={notes}
          action={
            columns === null ? null : (
              <Button
                title={
                  borrowed
                    ? 'The columns are those of the bundle, until another source is opened'
                    : 'The columns are your own'
                }
                onClick={() => setBorrowed(!borrowed)}
              >
                {borrowed ? 'My columns' : 'Its columns'}
              </Button>
            )
          }
        />
      )}
    </>
  )
}

const QUIET = 'grid size-6 flex-none place-items-center rounded-md hover:bg-sunken'

/** One line, all of it, or put away, which leaves a button in its place. */
function Notes({ notes, action }: { notes: string; action: React.ReactNode }) {
  const [size, setSize] = useState<'line' | 'whole' | 'away'>('line')
  const id = useId()
  const isWhole = size === 'whole'
  const lines = notes.trim().split(/\r\n|\n|\r/)
  if (size === 'away') {
    return (
      <div className="pointer-events-none flex justify-end px-4 pb-0.5">
        <Button className="pointer-events-auto" onClick={() => setSize('line')}>
          Notes of the bundle
        </Button>
      </div>
    )
  }
  return (
    <section
      aria-label="Notes of the bundle"
      className="flex min-h-8 items-start gap-x-3 border-y border-line bg-surface px-4 py-0.5 max-sm:flex-wrap"
    >
      <div className={`min-w-0 flex-1 py-1 leading-5 max-sm:basis-4/5 ${isWhole ? '' : 'truncate'}`}>
        <strong className="font-semibold">Notes of the bundle</strong>{' '}
        <span id={id} className={isWhole ? 'mt-1 block max-w-3xl break-words whitespace-pre-wrap' : ''}>
          {notes === ''
            ? 'It has none; query, time, columns and open row are as its sender had them.'
            : (isWhole ? lines : lines.slice(0, 1)).map(visibleText).join('\n')}
        </span>
      </div>
      <div className="flex flex-none items-center gap-2">
        {notes === '' ? null : (
          <Button
            aria-expanded={isWhole}
            aria-controls={id}
            onClick={() => setSize(isWhole ? 'line' : 'whole')}
          >
            {isWhole ? 'Fold' : 'Read all'}
          </Button>
        )}
        {action}
        <button
          type="button"
          aria-label="Put the notes away"
          className={QUIET}
          onClick={() => setSize('away')}
        >
          <Icon name="close" className="size-3.5" />
        </button>
      </div>
    </section>
  )
}
