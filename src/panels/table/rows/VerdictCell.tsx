import { describeAction } from '../../../state/action-words.ts'
import type { Row } from '../../../state/client/rows.ts'
import { verdictWords } from '../../../trace/words/verdict-words.ts'
import { Icon, type IconName } from '../../../ui/Icon.tsx'
import type { Tone } from '../../../ui/VerdictBadge.tsx'

const ICONS: Readonly<
  Record<Tone, { readonly name: IconName; readonly colour: string; readonly word: string }>
> = {
  allow: { name: 'allow', colour: 'bg-allow-soft text-allow', word: 'text-allow' },
  deny: { name: 'deny', colour: 'bg-deny-soft text-deny', word: 'text-deny' },
  pass: { name: 'pass', colour: 'bg-pass-soft text-pass', word: 'text-pass' },
  unknown: { name: 'question', colour: 'bg-sunken text-muted', word: 'text-muted' },
}

/** The title of a pending verdict that differs. */
function stagedTitle({ to, all }: NonNullable<Row['staged']>): string {
  const outcome = to === 'Allow' ? 'allowed' : 'denied'
  const part = all ? 'this' : 'a part of this'
  return `With the staged policies enforced ${part} would be ${outcome}.`
}

/**
 * The verdict with the end that gave it, and below it whether the row is new and what staged policies would change. The
 * word has its colour where the row is new, open or asked for (highlighted, or a denial under a filter for denials), so
 * that a few stand out among many; the icon always.
 */
export function VerdictCell({ row, isEmphasised }: { row: Row; isEmphasised: boolean }) {
  const { key, attention, staged } = row
  const { name, colour, word } = ICONS[describeAction(key.action).tone]
  const words = verdictWords(key.action, key.reporter)
  const isNew = attention === 'new-denial'
  return (
    <>
      <span
        title={words}
        className={`flex min-w-0 items-center gap-1.5 leading-[17px] font-semibold ${isNew || isEmphasised ? word : 'text-ink'}`}
      >
        <Icon name={name} className={`size-4 flex-none rounded-[4px] p-0.5 ${colour}`} />
        <span className="truncate">{words}</span>
      </span>
      <span
        className={`min-w-0 gap-1 group-data-[layout=phone]/grid:pl-0 pl-[22px] leading-[17px] ${isNew || staged !== null ? 'flex' : 'hidden'}`}
      >
        <span
          hidden={!isNew}
          className="flex-none rounded-[4px] bg-deny-soft px-1.5 text-2xs leading-[17px] text-deny"
        >
          new
        </span>
        <span
          hidden={staged === null}
          title={staged === null ? undefined : stagedTitle(staged)}
          className={`min-w-0 truncate rounded-[4px] border border-dashed border-current px-1.25 text-2xs leading-[15px] ${staged?.to === 'Allow' ? 'text-allow' : 'text-deny'}`}
        >
          {staged === null ? '' : `→ ${staged.to}${isNew ? '' : ' if staged'}`}
        </span>
      </span>
    </>
  )
}
