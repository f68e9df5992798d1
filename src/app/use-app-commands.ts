/** Commands that concern the page as a whole: filter, time, screens, pause, link, seen time and theme. */
import { only, release, valuesOf } from '../filter/tree/clauses.ts'
import { ALL } from '../filter/tree/expression.ts'
import { useCommand } from '../state/commands/commands.ts'
import { formatTime } from '../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../state/client/flowtrace.ts'
import { useLink } from '../state/view/link.ts'
import { beginReplay, leaveReplay, useHeads } from '../state/replay/replay-acts.ts'
import { forgetSeen, markSeen, useSeenUntil } from '../state/remembered/seen-until.ts'
import { useView } from '../state/view/navigation.ts'
import { usePlayHead } from '../state/view/play-head.ts'
import { setPreferences, usePreferences } from '../state/remembered/preferences.ts'
import type { Shape } from '../state/client/rows.ts'
import { nextTheme } from '../state/remembered/theme.ts'
import { copyText } from '../ui/copy-text.ts'
import { focusNeighbourPart } from './frame-parts.ts'

export function useAppCommands(): void {
  const { client } = useFlowtrace()
  const [{ filter, scope, time, at, open }, navigate] = useView()
  const { theme } = usePreferences()
  const { link, pinned } = useLink()
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  const seenUntil = useSeenUntil()

  useCommand('close', () => navigate({ open: null }), open !== null)
  useCommand('denied.only', () => {
    const { included } = valuesOf(filter, 'action')
    const on = included.length === 1 && included[0] === 'Deny'
    navigate({ filter: on ? release(filter, 'action', 'Deny') : only(filter, 'action', 'Deny') })
  })
  useCommand('filter.clear', () => navigate({ filter: ALL }), filter.kind !== 'all')
  useCommand('time.clear', () => navigate({ time: null }), time !== null)
  useCommand('scope.clear', () => navigate({ scope: ALL }), scope.kind !== 'all')

  // The open row closes, because no row of one shape is a row of another.
  const goTo = (shape: Shape) => () => navigate({ screen: 'flows', shape, open: null })
  useCommand('screen.flows', goTo('groups'))
  useCommand('screen.ports', goTo('signatures'))
  useCommand('screen.intervals', goTo('intervals'))
  useCommand('screen.staged', () => navigate({ screen: 'staged' }))
  useCommand('screen.compare', () => navigate({ screen: 'compare', open: null }))
  useCommand('screen.captures', () => navigate({ screen: 'captures', open: null }))

  useCommand('part.next', () => focusNeighbourPart(1))
  useCommand('part.previous', () => focusNeighbourPart(-1))
  const heads = useHeads()
  useCommand(
    'replay',
    () => {
      if (at !== null) leaveReplay(client)
      else if (heads !== null) beginReplay(client, heads)
    },
    heads !== null,
  )
  // A replay has a pause of its own, whichever of both is registered last.
  useCommand('pause', () => client.pause(!client.snapshot().paused), usePlayHead() === null)
  useCommand('link.copy', async () => {
    if (!(await copyText(link()))) return 'The browser did not let the link be copied'
    return pinned === null ? 'Link copied' : `Link copied, its range pinned to ${pinned}`
  })
  useCommand(
    'seen.mark',
    () => {
      if (newest === null) return ''
      markSeen(newest)
      return `Marked as seen up to ${formatTime(newest)}: what is first seen afterwards is new`
    },
    newest !== null,
  )
  useCommand('seen.forget', forgetSeen, seenUntil !== null)
  useCommand('theme.next', () => {
    const next = nextTheme(theme)
    setPreferences({ theme: next })
    return next === 'system' ? 'Theme: as the system' : `Theme: ${next}`
  })
}
