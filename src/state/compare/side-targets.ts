/** Where the rows of a comparison open: in Flows, in the window or the capture of a side. */
import { type CaptureId, isSameContent } from '../../source/capture-id.ts'
import type { CaptureOpening } from '../captures/capture-opening.ts'
import { navigate, navigation } from '../view/navigation.ts'
import type { View } from '../view/view.ts'
import { type CompareChoice, printCompare, type SideName, windowsOf } from './compare-choice.ts'
import { filesOfCapture } from './second-captures.ts'

/** What of the view changes for a side; null for a capture that this page does not have. */
export type SideTargets = Readonly<
  Record<SideName, Pick<View, 'time'> & Partial<Pick<View, 'capture' | 'compare'>>>
>

/** `open`: the capture that is open; null for another source. */
export function sideTargets(choice: CompareChoice, open: CaptureId | null): SideTargets | null {
  const windows = windowsOf(choice)
  if (windows !== null) return { a: { time: windows.a }, b: { time: windows.b } }
  if (choice.kind !== 'captures' || choice.other === null) return null
  const held = { time: null }
  // Seen from the other capture, the one that is open now is the other one.
  const back = { kind: 'captures', swapped: !choice.swapped, other: open } as const
  const other = { time: null, capture: choice.other, compare: printCompare(back) }
  return choice.swapped ? { a: other, b: held } : { a: held, b: other }
}

/** Shows a view, which may be one of a capture that was chosen for a comparison alone: then it is opened. */
export async function openTarget(view: View, opening: CaptureOpening): Promise<void> {
  const { capture } = view
  const now = navigation.parsed().view.capture
  const isOpen = capture === null || (now !== null && isSameContent(capture, now))
  if (isOpen || opening.sourceOf(capture) !== null) return navigate(view)
  const files = filesOfCapture(capture, opening)
  if (files === null) return navigate(view)
  // The opening says why a file is refused. It has made a step in the browser's history, which the view takes.
  if ((await opening.openAll([files.file, ...(files.others ?? [])])) !== null) navigate(view, 'replace')
}
