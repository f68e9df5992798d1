import { type ReactNode, useEffect, useId, useState } from 'react'

import type { ColumnChoice } from '../../flows/chosen-columns.ts'
import { formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { OpenedBundle } from '../../state/client/flowtrace.ts'
import { commands } from '../../state/commands/commands.ts'
import { borrowColumns, useOwnPreferences } from '../../state/remembered/preferences.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Notice } from '../../ui/Notice.tsx'

/**
 * What came with the capture in an incident bundle: its notes, which begin as one line, and what could not be restored.
 * While it is there, the columns are those of the sender.
 */
export function BundleNotice({ bundle }: { bundle: OpenedBundle }) {
  const { notes, columns, problems, policies } = bundle
  const [closed, setClosed] = useState<OpenedBundle | null>(null)
  /** The bundle for which the reader went back to their own columns. */
  const [declined, setDeclined] = useState<OpenedBundle | null>(null)
  const borrowed = declined !== bundle
  const own = useOwnPreferences()
  const areOther = columns !== null && !haveSameColumns(columns, own)
  useEffect(() => {
    borrowColumns(borrowed ? columns : null)
    return () => borrowColumns(null)
  }, [columns, borrowed])
  return (
    <>
      {problems.length === 0 || closed === bundle ? null : (
        <Notice title="Part of the bundle could not be restored:" onClose={() => setClosed(bundle)}>
          {visibleText(problems.join('; ').slice(0, MAX_PROBLEMS_LENGTH))}. Everything else in it is.
        </Notice>
      )}
      {notes.trim() === '' && !areOther && policies === undefined ? null : (
        <Notes
          key={notes}
          notes={notes.trim() === '' ? insteadOfNotes(areOther, policies) : notes}
          action={
            <>
              {policies === undefined ? null : <PoliciesButton files={policies} />}
              {areOther ? (
                <Button
                  className="phone:h-9"
                  title={
                    borrowed
                      ? 'The columns are those of the bundle, until another source is opened'
                      : 'The columns are your own'
                  }
                  onClick={() => setDeclined(borrowed ? bundle : null)}
                >
                  {borrowed ? 'My columns' : 'Its columns'}
                </Button>
              ) : null}
            </>
          }
        />
      )}
    </>
  )
}

/** The line that stands where the sender wrote none. */
function insteadOfNotes(hasColumns: boolean, policies: number | undefined): string {
  const columns = hasColumns ? ' The columns are those of its sender.' : ''
  const loaded = policies === undefined ? '' : ` ${formatPlural(policies, 'file')} of policies came with it.`
  return `There are none.${columns}${loaded}`
}

/** That policies came with the bundle, and the way to them. */
function PoliciesButton({ files }: { files: number }) {
  return (
    <Button
      className="phone:h-9"
      title="They came with the bundle, and are used in place of those that were loaded before"
      onClick={() => commands.request('policies.open')}
    >
      {formatPlural(files, 'file')} of policies
    </Button>
  )
}

function columnsText({ order, hidden, kept }: ColumnChoice): string {
  return JSON.stringify([order, hidden.toSorted(), kept.toSorted()])
}

function haveSameColumns(a: ColumnChoice, b: ColumnChoice): boolean {
  return columnsText(a) === columnsText(b)
}

/** A query that was not understood is among them whole. */
const MAX_PROBLEMS_LENGTH = 1000

/** A line of so many characters fits beside the buttons on most screens. */
const MAX_LINE_LENGTH = 80

const QUIET = 'grid size-6 phone:size-9 flex-none place-items-center rounded-md hover:bg-sunken'

/** The button that was pressed is gone, and this one stands for it. */
function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus()
}

/** One line, all of it, or put away, which leaves a button in its place. */
function Notes({ notes, action }: { notes: string; action: ReactNode }) {
  const [size, setSize] = useState<'line' | 'whole' | 'away'>('line')
  const [wasAway, setWasAway] = useState(false)
  const id = useId()
  const isWhole = size === 'whole'
  const lines = notes.trim().split(/\r\n|\n|\r/)
  if (size === 'away') {
    return (
      <div className="pointer-events-none flex justify-end">
        <div className="pointer-events-auto bg-page px-4 py-0.5">
          <Button
            ref={takeFocus}
            onClick={() => {
              setWasAway(true)
              setSize('line')
            }}
          >
            Notes of the bundle
          </Button>
        </div>
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
          {(isWhole ? lines : lines.slice(0, 1)).map(visibleText).join('\n')}
        </span>
      </div>
      <div className="flex flex-none items-center gap-2">
        {lines.length > 1 || notes.length > MAX_LINE_LENGTH ? (
          <Button
            className="phone:h-9"
            aria-expanded={isWhole}
            aria-controls={id}
            onClick={() => setSize(isWhole ? 'line' : 'whole')}
          >
            {isWhole ? 'Fold' : 'Read all'}
          </Button>
        ) : null}
        {action}
        <button
          ref={wasAway ? takeFocus : undefined}
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
