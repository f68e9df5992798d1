import { useMemo } from 'react'

import { include, withBoth } from '../../../filter/tree/clauses.ts'
import { ALL } from '../../../filter/tree/expression.ts'
import { formatMinute, formatPlural, formatTime } from '../../../lib/format.ts'
import { commands, useApplicable } from '../../../state/commands/commands.ts'
import { useFlowtrace, useSnapshot } from '../../../state/client/flowtrace.ts'
import { forgetSeen, useSeenUntil } from '../../../state/remembered/seen-until.ts'
import { useView } from '../../../state/view/navigation.ts'
import { groupsFound } from '../../../state/client/questions.ts'
import { useAnswer } from '../../../state/client/use-answer.ts'
import { groupsQuery } from '../../../state/view/groups-query.ts'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { useBaseline } from '../../../state/client/use-baseline.ts'

/** A filter names at most so many groups one by one. */
const MAX_NAMED_GROUPS = 100

/**
 * The number of new denied groups (see `novelty.ts`), which filters for them when pressed, and the buttons that set
 * and forget the time up to which denials were seen.
 */
export function NewDenials() {
  const seenUntil = useSeenUntil()
  const canMark = useApplicable().has('seen.mark')
  const hasTimes = useSnapshot(({ answer }) => answer !== null && answer.newest !== null)
  if (!hasTimes) return null
  return (
    <div className="flex items-center gap-1">
      <NewDenialsCount seenUntil={seenUntil} />
      {seenUntil === null ? null : (
        <Button
          look="quiet"
          className="w-7 px-0"
          aria-label="Forget what was seen"
          title={`Forget what was seen until ${formatTime(seenUntil)}: new is then what is first seen in the last 5 minutes held`}
          onClick={forgetSeen}
        >
          <Icon name="close" className="size-3.5" />
        </Button>
      )}
      <Button
        look="quiet"
        className="@max-5xl:w-7 @max-5xl:px-0"
        aria-label="Mark as seen"
        title="Mark as seen (M): denials that are first seen from now on are new"
        disabled={!canMark}
        onClick={() => commands.run('seen.mark')}
      >
        <Icon name="allow" className="size-3.5" />
        <span className="@max-5xl:hidden">Mark as seen</span>
      </Button>
    </div>
  )
}

function NewDenialsCount({ seenUntil }: { seenUntil: number | null }) {
  const { client } = useFlowtrace()
  const [{ filter, time }, navigate] = useView()
  const baseline = useBaseline()
  const since = baseline.known ? baseline.since : null
  const denied = useMemo(() => withBoth(filter, include(ALL, 'action', 'Deny')), [filter])
  const question = useMemo(
    () => (since === null ? null : groupsFound('new-denial', { filter, time, newSince: since }, 0)),
    [filter, time, since],
  )
  const total = useAnswer(question)?.total
  if (!baseline.known)
    return seenUntil === null ? null : (
      <span
        className="text-xs whitespace-nowrap text-muted"
        title={`${baseline.why} Seen until ${formatTime(seenUntil)}`}
      >
        Seen until {formatMinute(seenUntil)}
      </span>
    )
  if (total === undefined || since === null) return null
  const when = `since ${formatMinute(since)}`
  const about = `${baseline.marked ? 'Since you marked' : 'In the last 5 minutes held'}: first seen after ${formatTime(since)}, and in nothing held before.`
  if (total === 0)
    return baseline.marked ? (
      <span className="text-xs whitespace-nowrap text-muted" title={about}>
        No new denial {when}
      </span>
    ) : null

  const show = async () => {
    const asked = groupsFound('new-denial', { filter, time, newSince: since }, MAX_NAMED_GROUPS)
    const { rows, total: all } = await client.ask(asked, new AbortController().signal)
    const query = rows.length === all ? groupsQuery(rows.map(({ key }) => key)) : null
    navigate({
      shape: 'groups',
      open: null,
      ...(query === null
        ? { filter: denied, sort: { column: 'seen', descending: true } }
        : { filter: withBoth(filter, query) }),
    })
    if (query === null)
      commands.say('Too many to name each in a filter: these are all denials, the last seen first')
  }
  return (
    <button
      type="button"
      title={`${about} Filter for them.`}
      className="inline-flex h-6 items-center gap-1 rounded-full border border-dashed border-staged px-2.5 text-xs whitespace-nowrap text-staged hover:bg-staged-soft"
      onClick={() => void show()}
    >
      {formatPlural(total, 'new denial')} {when}
    </button>
  )
}
