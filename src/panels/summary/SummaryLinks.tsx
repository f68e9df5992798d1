import { Fragment } from 'react'

import { withBoth } from '../../filter/tree/clauses.ts'
import { formatCount } from '../../lib/format.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { groupsFound } from '../../state/client/questions.ts'
import { commands } from '../../state/commands/commands.ts'
import { useView } from '../../state/view/navigation.ts'
import { LINK_TONES } from './link-tones.ts'
import { MAX_NAMED_GROUPS, nameGroups } from './named-groups.ts'
import { isAsked, type SummaryLink, toggleCondition } from './summary-links.ts'
import type { LinksOfSummary } from './use-summary.ts'

/**
 * What deserves attention among the groups in view, as links that filter for it: in a line, with the short words where
 * there is little room, or below each other.
 */
export function SummaryLinks({
  summary: { links, newSince },
  isColumn = false,
  onFollow,
}: {
  summary: LinksOfSummary
  isColumn?: boolean
  /** A link was followed. */
  onFollow?: () => void
}) {
  const [{ filter }] = useView()
  const show = useShowFound(newSince)
  if (links.length === 0) return <p className="text-xs whitespace-nowrap text-muted">nothing denied</p>
  return (
    <ul
      aria-label="Summary"
      className={`flex min-w-0 overflow-hidden text-xs whitespace-nowrap ${isColumn ? 'flex-col' : 'items-center'}`}
    >
      {links.map((link, i) => (
        <Fragment key={link.finding}>
          {i > 0 && !isColumn ? <Separator isComma={isSecondHalf(links, i)} /> : null}
          <li
            className={
              isColumn
                ? ''
                : `${link.detail === '' ? 'flex-none' : 'min-w-0 shrink'} ${isSecondHalf(links, i) ? SECOND_HALF : ''}`
            }
          >
            <Link
              link={link}
              isColumn={isColumn}
              pressed={link.condition !== null && isAsked(filter, link.condition)}
              onClick={() => {
                void show(link)
                onFollow?.()
              }}
            />
          </li>
        </Fragment>
      ))}
    </ul>
  )
}

/** Where there is little room, what would break stands for what would change. */
const SECOND_HALF = 'hidden @2xl:block'

/** Whether a link is what would be allowed after what would break: one statement in two links. */
function isSecondHalf(links: readonly SummaryLink[], i: number): boolean {
  return links[i]?.finding === 'would-allow' && links[i - 1]?.finding === 'would-break'
}

function Separator({ isComma }: { isComma: boolean }) {
  return isComma ? (
    <li aria-hidden="true" className={`mr-1 -ml-0.5 flex-none ${SECOND_HALF}`}>
      ,
    </li>
  ) : (
    <li aria-hidden="true" className="mx-2 h-4 w-px flex-none bg-line @2xl:mx-3" />
  )
}

function Link({
  link: { text, short, detail, tone },
  isColumn,
  pressed,
  onClick,
}: {
  link: SummaryLink
  isColumn: boolean
  pressed: boolean
  onClick: () => void
}) {
  const tones = LINK_TONES[tone]
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={pressed ? 'Take this out of the query' : 'Filter for these'}
      onClick={onClick}
      className={`inline-flex max-w-full min-w-6 items-center gap-1.5 rounded-[5px] hover:underline ${isColumn ? 'h-8 w-full px-2 hover:bg-sunken phone:h-11' : 'h-6 px-0.5'} ${pressed ? 'underline decoration-accent decoration-2 underline-offset-4' : ''}`}
    >
      {isColumn ? (
        <>
          <span className={tones}>{text}</span>
          <span className="min-w-0 truncate text-muted">{detail}</span>
        </>
      ) : (
        <>
          <span className={`${tones} @2xl:hidden`}>{short}</span>
          <span className={`${tones} hidden @2xl:inline`}>{text}</span>
          {detail === '' ? null : (
            <span className="hidden min-w-0 truncate text-muted @4xl:inline">{detail}</span>
          )}
        </>
      )}
    </button>
  )
}

/** A function that changes the view to what a link counts, as groups. */
function useShowFound(newSince: number | null): (link: SummaryLink) => Promise<void> {
  const { client } = useFlowtrace()
  const [{ filter, time }, navigate] = useView()
  return async ({ finding, condition, text }) => {
    if (condition !== null)
      return navigate({ shape: 'groups', open: null, filter: toggleCondition(filter, condition) })
    const found = groupsFound(finding, { filter, time, newSince }, MAX_NAMED_GROUPS)
    const { rows, total } = await client.ask(found, new AbortController().signal)
    const { query, count } = nameGroups(rows.map(({ key }) => key))
    if (query === null) return commands.say(`${text}: too long to be named in a filter`)
    navigate({ shape: 'groups', open: null, filter: withBoth(filter, query) })
    if (count < total)
      commands.say(
        `The filter names the first ${formatCount(count)} of ${formatCount(total)}: all would be too long`,
      )
  }
}
