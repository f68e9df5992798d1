import { Fragment, useMemo } from 'react'

import { withBoth } from '../../filter/tree/clauses.ts'
import { formatCount } from '../../lib/format.ts'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { groupsFound, summaryOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import { useBaseline } from '../../state/client/use-baseline.ts'
import { commands } from '../../state/commands/commands.ts'
import { useView } from '../../state/view/navigation.ts'
import { MAX_NAMED_GROUPS, nameGroups } from './named-groups.ts'
import { isAsked, type LinkTone, type SummaryLink, summaryLinks, toggleCondition } from './summary-links.ts'

const TONES: Readonly<Record<LinkTone, string>> = {
  deny: 'font-semibold text-deny',
  staged: 'font-semibold text-staged',
  plain: 'font-medium text-ink',
}

/**
 * What deserves attention among the groups in view, as links that filter for it. `compact` has the short words only, as
 * for a low window, where these links stand beside the query.
 */
export function SummaryLinks({ compact = false }: { compact?: boolean }) {
  const [{ filter, time }] = useView()
  const baseline = useBaseline()
  const newSince = baseline.known ? baseline.since : null
  const question = useMemo(() => summaryOf(filter, time, newSince), [filter, time, newSince])
  const show = useShowFound(newSince)
  const summary = useAnswer(question)
  if (summary === undefined) return null
  const links = summaryLinks(summary)
  if (links.length === 0) return <p className="text-xs whitespace-nowrap text-muted">nothing denied</p>
  return (
    <ul aria-label="Summary" className="flex min-w-0 items-center overflow-hidden text-xs whitespace-nowrap">
      {links.map((link, i) => (
        <Fragment key={link.finding}>
          {i > 0 ? <Separator isComma={isSecondHalf(links, i)} /> : null}
          <li
            className={`${link.detail === '' ? 'flex-none' : 'min-w-0 shrink'} ${isSecondHalf(links, i) ? SECOND_HALF : ''}`}
          >
            <Link
              link={link}
              compact={compact}
              pressed={link.condition !== null && isAsked(filter, link.condition)}
              onClick={() => void show(link)}
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
  compact,
  pressed,
  onClick,
}: {
  link: SummaryLink
  compact: boolean
  pressed: boolean
  onClick: () => void
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={pressed ? 'Take this out of the query' : 'Filter for these'}
      onClick={onClick}
      className={`inline-flex h-6 max-w-full min-w-6 items-center gap-1.5 rounded-[5px] px-0.5 hover:underline ${pressed ? 'underline decoration-accent decoration-2 underline-offset-4' : ''}`}
    >
      {compact ? (
        <span className={TONES[tone]}>{short}</span>
      ) : (
        <>
          <span className={`${TONES[tone]} @2xl:hidden`}>{short}</span>
          <span className={`${TONES[tone]} hidden @2xl:inline`}>{text}</span>
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
