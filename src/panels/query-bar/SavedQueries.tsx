import { useState } from 'react'

import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { useScope } from '../../state/client/flowtrace.ts'
import { rememberQuery } from '../../state/remembered/query-history.ts'
import { deleteQuery, type SavedQuery, useSavedQueries } from '../../state/remembered/saved-queries.ts'
import { DEFAULT_VIEW, printView } from '../../state/view/view.ts'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { SaveQuery } from './SaveQuery.tsx'

/**
 * A link to the query and the scope, with all else at its default. Without the scope it would match other flows, and
 * stream a whole cluster that may be too large for the browser.
 */
function linkOf(filter: Expression, scope: Expression): string {
  const { origin, pathname } = window.location
  return `${origin}${pathname}${printView({ ...DEFAULT_VIEW, filter, scope })}`
}

/** The saved queries: save the applied one, open one, highlight the rows that it matches, copy its link, delete it. */
export function SavedQueries({
  text,
  highlight,
  onOpen,
  onHighlight,
}: {
  /** The applied query. */
  text: string
  highlight: Expression
  onOpen: (filter: Expression) => void
  /** The empty query highlights nothing. */
  onHighlight: (query: Expression) => void
}) {
  const saved = useSavedQueries()
  const scope = useScope()
  const [open, setOpen] = useState(false)
  return (
    <PopoverPanel
      title="Saved queries"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        // As wide with its number as without.
        <button type="button" className={buttonClass('outline', 'w-19 max-sm:w-7 max-sm:px-0')}>
          <Icon name="bookmark" className="size-3.5 sm:hidden" />
          <span className="max-sm:sr-only">Saved</span>
          {saved.length > 0 ? <span className="font-semibold max-sm:sr-only">{saved.length}</span> : null}
          <Icon name="down" className="size-3 text-faint max-sm:hidden" />
        </button>
      }
    >
      <SaveQuery text={text} />
      {saved.length === 0 ? (
        <p className="w-72 max-w-full p-3 text-muted">
          Nothing is saved yet.{text === '' ? ' With a filter in the query bar, it can be saved here.' : ''}{' '}
          What is saved stays in this browser.
        </p>
      ) : (
        <div className="w-[34rem] max-w-full p-1.5">
          <ul aria-label="Saved queries">
            {saved.map((query) => (
              <SavedRow
                key={query.name}
                query={query}
                scope={scope ?? ALL}
                highlight={highlight}
                onHighlight={(next) => {
                  setOpen(false)
                  onHighlight(next)
                }}
                onOpen={(filter) => {
                  setOpen(false)
                  rememberQuery(query.text)
                  onOpen(filter)
                }}
              />
            ))}
          </ul>
          {scope === null ? null : (
            <p className="mt-1.5 border-t border-line px-2 pt-2 pb-1 text-xs break-words text-muted">
              A saved query is asked of what is received, now only <code>{print(scope)}</code>. Its link
              carries that scope.
            </p>
          )}
        </div>
      )}
    </PopoverPanel>
  )
}

function SavedRow({
  query: { name, text },
  scope,
  highlight,
  onOpen,
  onHighlight,
}: {
  query: SavedQuery
  scope: Expression
  highlight: Expression
  onOpen: (filter: Expression) => void
  onHighlight: (query: Expression) => void
}) {
  // A query that another version of Flowtrace has saved may not parse.
  const parsed = parse(text)
  const isHighlight = parsed.ok && sameExpression(parsed.expression, highlight)
  return (
    <li className="flex flex-wrap items-center justify-end gap-1 rounded-md hover:bg-sunken">
      <button
        type="button"
        disabled={!parsed.ok}
        onClick={() => parsed.ok && onOpen(parsed.expression)}
        className="min-w-0 flex-1 basis-52 rounded-md px-2 py-1.5 text-left disabled:cursor-not-allowed"
      >
        <span className="block truncate font-medium">{name}</span>
        <code className="block truncate text-xs text-muted">{text}</code>
        {parsed.ok ? null : (
          <span className="block text-xs text-deny">Not understood: {parsed.errors[0]?.message}</span>
        )}
      </button>
      {parsed.ok ? (
        <>
          <Button
            look="quiet"
            aria-label={`Highlight matches of ${name}`}
            aria-pressed={isHighlight}
            title="Show which rows match, and leave the others where they are"
            className={isHighlight ? 'bg-accent-soft' : ''}
            onClick={() => onHighlight(isHighlight ? ALL : parsed.expression)}
          >
            <Icon name="flag" className={`size-3.5 ${isHighlight ? 'fill-current text-accent' : ''}`} />
            Highlight matches
          </Button>
          <CopyButton
            look="quiet"
            icon="link"
            label="Copy link"
            text={() => linkOf(parsed.expression, scope)}
          />
        </>
      ) : null}
      <button
        type="button"
        aria-label={`Delete ${name}`}
        title="Delete"
        onClick={() => deleteQuery(name)}
        className="grid size-7 flex-none place-items-center rounded-md text-muted hover:text-ink"
      >
        <Icon name="close" className="size-3.5" />
      </button>
    </li>
  )
}
