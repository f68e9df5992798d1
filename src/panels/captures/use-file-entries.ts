/** The files that were opened last, as rows of the list of captures. */
import { useMemo, useState } from 'react'

import { formatPlural } from '../../lib/format.ts'
import { unreachable } from '../../lib/assert.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { commands } from '../../state/commands/commands.ts'
import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { type KeptCapture, keyOf } from '../../state/captures/kept-capture.ts'
import { recentCaptures } from '../../state/captures/recent-captures.ts'
import { type Reopened, reopenCapture } from '../../state/captures/reopening.ts'
import { useRecentCaptures } from '../../state/captures/use-recent-captures.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { copyText } from '../../ui/copy-text.ts'
import type { CaptureEntry, CaptureTag } from './capture-entry.ts'
import { sayReopened } from './say-reopened.ts'

/** What went wrong with a file when it was to be opened again. */
type Problem = 'moved' | 'refused' | 'changed'

/** It is over once the capture is opened again, however that was. */
interface KnownProblem {
  readonly problem: Problem
  /** {@link KeptCapture.openedAt} at that time. */
  readonly openedAt: number
}

const PROBLEM_TAGS: Readonly<Record<Problem, CaptureTag>> = {
  moved: { text: 'moved', tone: 'warning', title: 'The file was moved or deleted. Choose it again.' },
  refused: {
    text: 'not permitted',
    tone: 'warning',
    title: 'The browser was not permitted to read the file.',
  },
  changed: {
    text: 'changed',
    tone: 'warning',
    title: 'The file has other records by now, and was opened as another capture.',
  },
}

/**
 * `choose` lets the reader choose a file, `showRefused` shows the refused lines of the open capture, and `isKept` is false
 * where the list ends with this visit.
 */
export function useFileEntries(
  opening: CaptureOpening,
  choose: () => void,
  showRefused: () => void,
): {
  readonly entries: readonly CaptureEntry[]
  readonly isKept: boolean | null
  /** The id of the recording that the open capture was opened from; null for a file. */
  readonly openRecording: string | null
} {
  const { captures: byTime, isKept } = useRecentCaptures()
  const captures = useKeptPlaces(byTime)
  const open = useViewPart((view) => view.capture)
  const [problems, setProblems] = useState<ReadonlyMap<string, KnownProblem>>(new Map())
  const entries = useMemo(() => {
    const openKey = open === null ? null : keyOf(open)
    const openAgain = async (kept: KeptCapture): Promise<void> => {
      const reopened = await reopenCapture(kept, opening, recentCaptures)
      const problem = problemOf(reopened)
      setProblems((before) => {
        const after = new Map(before)
        if (problem === null) after.delete(keyOf(kept.id))
        else after.set(keyOf(kept.id), { problem, openedAt: kept.openedAt })
        return after
      })
      sayReopened(kept, reopened)
      if (reopened.is === 'unreachable') choose()
    }
    return captures.map((kept) => {
      const known = problems.get(keyOf(kept.id))
      const problem = known?.openedAt === kept.openedAt ? known.problem : null
      const isOpen = keyOf(kept.id) === openKey
      // A file that was moved, or that the browser gives no handle of, has to be shown to the browser again.
      const mustChoose =
        problem === 'moved' || (kept.handles.length === 0 && opening.sourceOf(kept.id) === null)
      return entryOf({
        kept,
        problem,
        isOpen,
        mustChoose,
        open: () => (problem === 'moved' ? choose() : void openAgain(kept)),
        showRefused,
      })
    })
  }, [captures, open, opening, problems, choose, showRefused])
  const openRecording = entries.find(({ isOpen }) => isOpen)?.recording ?? null
  return { entries, isKept, openRecording }
}

/** While the list is on the screen a capture that is opened again keeps its place under the pointer; one that is new comes first. */
function useKeptPlaces(byTime: readonly KeptCapture[]): readonly KeptCapture[] {
  const [shown, setShown] = useState({ byTime, order: byTime })
  if (shown.byTime === byTime) return shown.order
  const order = keepPlaces(shown.order, byTime)
  setShown({ byTime, order })
  return order
}

/** Those of `byTime`, in the order of `before`; behind those that are not in it. */
function keepPlaces(before: readonly KeptCapture[], byTime: readonly KeptCapture[]): readonly KeptCapture[] {
  const places = new Map(before.map(({ id }, index) => [keyOf(id), index]))
  // The sort is stable, so that new ones stay in the order of their time.
  return byTime.toSorted((a, b) => (places.get(keyOf(a.id)) ?? -1) - (places.get(keyOf(b.id)) ?? -1))
}

function entryOf({
  kept,
  problem,
  isOpen,
  mustChoose,
  open,
  showRefused,
}: {
  kept: KeptCapture
  problem: Problem | null
  isOpen: boolean
  mustChoose: boolean
  open: () => void
  showRefused: () => void
}): CaptureEntry {
  const { id, facts, openedAt } = kept
  const name = visibleText(id.name)
  return {
    key: keyOf(id),
    ...(kept.recording === undefined ? {} : { recording: kept.recording }),
    name,
    from: visibleText(facts?.origin ?? 'file'),
    window: facts === null ? null : { from: facts.from, to: facts.to },
    records: facts?.records ?? null,
    bytes: id.size,
    format: facts?.format ?? null,
    tags: tagsOf(kept, problem),
    usedAt: openedAt,
    isOpen,
    openWord: mustChoose && !isOpen ? 'Choose…' : 'Open',
    open,
    actions: [
      {
        title: 'Show refused lines',
        disabled: !isOpen || (facts?.refused ?? 0) === 0,
        onSelect: showRefused,
      },
      { title: 'Copy the name', onSelect: () => void copyName(id.name) },
      { title: 'Forget', onSelect: () => void recentCaptures.forget(id) },
    ],
  }
}

function tagsOf({ files, facts }: KeptCapture, problem: Problem | null): readonly CaptureTag[] {
  const tags: CaptureTag[] = []
  if (problem !== null) tags.push(PROBLEM_TAGS[problem])
  if (facts !== null && facts.refused > 0)
    tags.push({
      text: formatPlural(facts.refused, 'refused', 'refused'),
      tone: 'refused',
      title: `${formatPlural(facts.refused, 'piece')} of it could not be read; every other one was kept.`,
    })
  if (facts?.hasNoPending === true)
    tags.push({
      text: 'no pending',
      tone: 'warning',
      title: 'No record has a pending trace, so that the effect of staged policies cannot be said.',
    })
  if (files > 1)
    tags.push({
      text: formatPlural(files, 'file'),
      tone: 'plain',
      title: 'Opened together, merged on one clock.',
    })
  return tags
}

function problemOf(reopened: Reopened): Problem | null {
  switch (reopened.is) {
    case 'moved':
    case 'refused':
    case 'changed':
      return reopened.is
    case 'opened':
    case 'unreachable':
    case 'not-opened':
      return null
    default:
      return unreachable(reopened, 'reopened capture')
  }
}

async function copyName(name: string): Promise<void> {
  commands.say((await copyText(name)) ? 'Name copied' : 'The browser did not let the name be copied')
}
