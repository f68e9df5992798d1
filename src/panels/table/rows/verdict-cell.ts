import { describeAction } from '../../../state/action-words.ts'
import type { Row } from '../../../state/client/rows.ts'
import { verdictWords } from '../../../trace/words/verdict-words.ts'
import type { IconName } from '../../../ui/icon-paths.ts'
import type { Tone } from '../../../ui/VerdictBadge.tsx'
import { newElement, setAttribute, setClass, setHidden, setText } from './dom-changes.ts'
import { newHighlightIcon } from './highlight-icon.ts'
import { CONTAINED, newIcon } from './icon-element.ts'
import type { CellInside, RowContent } from './row-cell.ts'

const ICONS: Readonly<
  Record<Tone, { readonly name: IconName; readonly colour: string; readonly word: string }>
> = {
  allow: { name: 'allow', colour: 'bg-allow-soft text-allow', word: 'text-allow' },
  deny: { name: 'deny', colour: 'bg-deny-soft text-deny', word: 'text-deny' },
  pass: { name: 'pass', colour: 'bg-pass-soft text-pass', word: 'text-pass' },
  unknown: { name: 'question', colour: 'bg-sunken text-muted', word: 'text-muted' },
}
const ICON = `${CONTAINED} size-4 flex-none rounded-[4px] p-0.5`
const WORD = 'flex min-w-0 items-center gap-1.5 leading-[17px] font-semibold'
const CHIPS = 'min-w-0 gap-1 group-data-[layout=phone]/grid:pl-0 pl-[22px] leading-[17px]'
const NEW = 'flex-none rounded-[4px] bg-deny-soft px-1.5 text-2xs leading-[17px] text-deny'
const STAGED =
  'min-w-0 truncate rounded-[4px] border border-dashed border-current px-1.25 text-2xs leading-[15px]'

/** The title of a pending verdict that differs. */
function stagedTitle({ to, all }: NonNullable<Row['staged']>): string {
  const outcome = to === 'Allow' ? 'allowed' : 'denied'
  const part = all ? 'this' : 'a part of this'
  return `With the staged policies enforced ${part} would be ${outcome}.`
}

/** What is asked for: highlighted, or a denial under a filter for denials. */
function isAskedFor({ row, look, highlight }: RowContent): boolean {
  return highlight === 'highlighted' || (look.areDenialsAsked && row.key.action === 'Deny')
}

/**
 * The verdict with the end that gave it, and below it whether the row is new and what staged policies would change. The
 * word has its colour where the row is new, open or asked for, so that a few stand out among many; the icon always.
 */
export function newVerdictCell(): CellInside {
  const highlight = newHighlightIcon()
  const icon = newIcon('allow', '')
  const words = new Text()
  const verdict = newElement('span', WORD, icon.element, newElement('span', 'truncate', words))
  const isNewChip = newElement('span', NEW, new Text('new'))
  const stagedText = new Text()
  const stagedChip = newElement('span', STAGED, stagedText)
  const chips = newElement('span', CHIPS, isNewChip, stagedChip)
  return {
    nodes: [highlight.element, verdict, chips],
    show: (content) => {
      const { key, attention, staged } = content.row
      const { name, colour, word } = ICONS[describeAction(key.action).tone]
      const text = verdictWords(key.action, key.reporter)
      const isNew = attention === 'new-denial'
      highlight.show(content.highlight)
      icon.show(name)
      setClass(icon.element, `${ICON} ${colour}`)
      // The column has no room for all of it.
      setText(words, key.action === 'ActionUnspecified' ? 'Not recorded' : text)
      setAttribute(verdict, 'title', text)
      const isEmphasised = isNew || content.selected || isAskedFor(content)
      setClass(verdict, `${WORD} ${isEmphasised ? word : 'text-ink'}`)
      setClass(chips, `${CHIPS} ${isNew || staged !== null ? 'flex' : 'hidden'}`)
      setHidden(isNewChip, !isNew)
      setHidden(stagedChip, staged === null)
      setAttribute(stagedChip, 'title', staged === null ? null : stagedTitle(staged))
      setClass(stagedChip, `${STAGED} ${staged?.to === 'Allow' ? 'text-allow' : 'text-deny'}`)
      setText(stagedText, staged === null ? '' : `→ ${staged.to}${isNew ? '' : ' if staged'}`)
    },
  }
}
