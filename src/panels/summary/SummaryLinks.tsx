import { Fragment } from 'react'

import { withBoth } from '../../filter/tree/clauses.ts'
import { formatCount } from '../../lib/format.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { type Finding, groupsFound } from '../../state/client/questions.ts'
import { commands } from '../../state/commands/commands.ts'
import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { LINK_TONES } from './link-tones.ts'
import { MAX_NAMED_GROUPS, nameGroups } from './named-groups.ts'
import { isAsked, type SummaryLink, toggleCondition } from './summary-links.ts'
import type { LinksOfSummary } from './use-summary.ts'

/**
 * What deserves attention among the groups in view, as links that filter for it: in a line, or below each other. What was
 * counted 0 times is no link, but keeps its place in words, so that no link moves under the pointer while records come in
 * or the query changes; only in a line with little room it goes.
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
  const filter = useViewPart((view) => view.filter)
  const show = useShowFound(newSince)
  if (!isColumn && links.every(({ count }) => count === 0))
    return <p className="text-xs whitespace-nowrap text-muted">nothing denied</p>
  return (
    <ul
      aria-label="Summary"
      className={`flex min-w-0 overflow-hidden text-xs whitespace-nowrap ${isColumn ? 'flex-col' : 'items-center'}`}
    >
      {links.map((link, i) => (
        <Fragment key={link.finding}>
          {i > 0 && link.finding !== 'would-allow' && !isColumn ? (
            <Separator
              isRoomy={
                isForRoom(links, i) || links.slice(0, i).every((_, before) => isForRoom(links, before))
              }
            />
          ) : null}
          <li
            className={
              isColumn ? '' : `${SHRINKS[link.finding] ?? 'flex-none'} ${isForRoom(links, i) ? ROOMY : ''}`
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

/** What is last gives way first: then the others keep their place, whatever it says. */
const SHRINKS: Readonly<Partial<Record<Finding, string>>> = {
  'would-allow': 'min-w-0 shrink',
  scan: 'min-w-0 shrink-[99]',
}

/** Only where there is room. */
const ROOMY = 'hidden @3xl:block'

/**
 * Whether a place is kept only where there is room: for what was counted 0 times, and for what would be allowed after what
 * would break, which then stands for what would change.
 */
function isForRoom(links: readonly SummaryLink[], i: number): boolean {
  const [link, before] = [links[i], links[i - 1]]
  if (link === undefined || link.count === 0) return true
  return link.finding === 'would-allow' && before?.finding === 'would-break' && before.count > 0
}

function Separator({ isRoomy }: { isRoomy: boolean }) {
  return (
    <li aria-hidden="true" className={`mx-2 h-4 w-px flex-none bg-line @3xl:mx-3 ${isRoomy ? ROOMY : ''}`} />
  )
}

/** As wide as the words for a count of two digits, so that what follows keeps its place whatever was counted. */
const WORDS = 'after:invisible after:block after:h-0 after:font-semibold after:content-[attr(data-widest)]'

function Link({
  link: { finding, count, words, short, detail, tone },
  isColumn,
  pressed,
  onClick,
}: {
  link: SummaryLink
  isColumn: boolean
  pressed: boolean
  onClick: () => void
}) {
  const look = count === 0 ? 'text-muted' : LINK_TONES[tone]
  const shown = isColumn ? (
    <>
      <span className={look}>{words(count)}</span>
      <span className="min-w-0 truncate text-muted">{detail}</span>
    </>
  ) : (
    <>
      <span className={`${look} @3xl:hidden`}>{short}</span>
      <span className={`hidden @3xl:block ${WORDS}`} data-widest={words(88)}>
        <span className={look}>{words(count)}</span>
        {/* One sentence with what would be allowed. */}
        {finding === 'would-break' ? ',' : null}
      </span>
      {detail === '' ? null : (
        <span className="hidden min-w-0 truncate text-muted @4xl:inline">{detail}</span>
      )}
    </>
  )
  const box = `inline-flex max-w-full min-w-6 items-center gap-1.5 text-left ${isColumn ? 'h-8 w-full px-2 phone:h-11' : 'h-6 px-0.5'}`
  // A condition that leaves nothing can still be taken out.
  if (count === 0 && !pressed) return <span className={box}>{shown}</span>
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={pressed ? 'Take this out of the query' : 'Filter for these'}
      onClick={onClick}
      className={`${box} rounded-[5px] hover:underline ${isColumn ? 'hover:bg-sunken' : ''} ${pressed ? 'underline decoration-accent decoration-2 underline-offset-4' : ''}`}
    >
      {shown}
    </button>
  )
}

/** A function that changes the view to what a link counts, as groups. */
function useShowFound(newSince: number | null): (link: SummaryLink) => Promise<void> {
  const { client } = useFlowtrace()
  const filter = useViewPart((view) => view.filter)
  const time = useViewPart((view) => view.time)
  return async ({ finding, count: counted, condition, words }) => {
    if (condition !== null)
      return navigate({ shape: 'groups', open: null, filter: toggleCondition(filter, condition) })
    const found = groupsFound(finding, { filter, time, newSince }, MAX_NAMED_GROUPS)
    const { rows, total } = await client.ask(found, new AbortController().signal)
    const { query, count } = nameGroups(rows.map(({ key }) => key))
    if (query === null) return commands.say(`${words(counted)}: too long to be named in a filter`)
    navigate({ shape: 'groups', open: null, filter: withBoth(filter, query) })
    if (count < total)
      commands.say(
        `The filter names the first ${formatCount(count)} of ${formatCount(total)}: all would be too long`,
      )
  }
}
