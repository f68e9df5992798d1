import type { MouseEvent, ReactNode } from 'react'

import { endsText, portsText } from '../../compare/comparison-markdown.ts'
import { type ComparedGroup, type Comparison, decidedOn, type GroupSide } from '../../compare/comparison.ts'
import { sideVerdict } from '../../compare/change-words.ts'
import { countText, differenceText, portsInShort, shownCount } from '../../compare/comparison-words.ts'
import { displayName, hasNoNamespace } from '../../flows/spelling.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { SideName } from '../../state/compare/compare-choice.ts'
import { comparedQuery } from '../../state/compare/compared-query.ts'
import type { SideTargets } from '../../state/compare/side-targets.ts'
import { useView } from '../../state/view/navigation.ts'
import { printView, type View } from '../../state/view/view.ts'
import { Icon } from '../../ui/Icon.tsx'
import { isForBrowser } from '../../ui/is-for-browser.ts'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'
import { ChangeCell } from './ChangeCell.tsx'

/** The columns of a row where it has one line. */
export const ROW_GRID =
  'grid grid-cols-[16.5rem_minmax(0,1fr)_3.75rem_3.75rem_8.25rem_minmax(0,1.65fr)] gap-x-3 px-4'
const STACKED =
  'max-lg:grid-cols-[minmax(0,1fr)_auto_auto] max-lg:gap-y-0.5 max-lg:py-1.5 lg:items-center lg:min-h-7.5'

/** How rows open. */
export interface RowOpening {
  /** What a row opens on each side; null where nothing can. */
  readonly targets: SideTargets | null
  /** `link`: the element that was activated, in its row. */
  readonly onOpen: (view: View, link: Element) => void
}

interface RowProps extends RowOpening {
  readonly comparison: Comparison
  readonly group: ComparedGroup
  /** The same for the group in the next answer. */
  readonly id: string
  /** The greatest count of all rows: the full length of a bar. */
  readonly greatest: number
  /** Its number in the section, from 1, of how many: only some of the rows are in the document. */
  readonly place: { readonly at: number; readonly of: number }
}

/** A group that changed. It opens in Flows, in either window. */
export function ComparedRow({ comparison, group, id, greatest, place, targets, onOpen }: RowProps) {
  const [a, b] = [shownCount(comparison, group, 'a'), shownCount(comparison, group, 'b')]
  const links = useSideViews(group, targets)
  const name = `${endsText(group)}, ${portsText(group.ports)}`
  const primary: SideName = links.b === null ? 'a' : 'b'
  return (
    <div
      role="listitem"
      data-group={id}
      aria-posinset={place.at}
      aria-setsize={place.of}
      className={`${ROW_GRID} ${STACKED} scroll-mt-8 border-b border-line-soft py-0.5 focus-within:bg-selected hover:bg-page`}
    >
      <Verdicts group={group} />
      <span className="min-w-0 max-lg:order-4 max-lg:col-span-3">
        <ViewLink
          view={links[primary]}
          isRow
          onOpen={onOpen}
          name={`${name}: open in Flows, in ${primary.toUpperCase()}`}
        >
          <EndsAndPorts group={group} />
        </ViewLink>
      </span>
      <Count side="a" count={a} view={links.a} {...{ name, onOpen }} />
      <Count side="b" count={b} view={links.b} {...{ name, onOpen }} />
      <Bars a={a} b={b} greatest={greatest} isDenied={group.b?.verdict === 'Deny'} />
      <ChangeCell group={group} />
    </div>
  )
}

/** The views of Flows that show a group on either side; null where it was not seen. */
function useSideViews(
  group: ComparedGroup,
  targets: SideTargets | null,
): Readonly<Record<SideName, View | null>> {
  const [view] = useView()
  const viewOf = (name: SideName): View | null => {
    const side = decidedOn(group, name)
    if (side === null || targets === null) return null
    const filter = comparedQuery(view.filter, group, side)
    return { ...view, screen: 'flows', shape: 'groups', open: null, at: null, filter, ...targets[name] }
  }
  return { a: viewOf('a'), b: viewOf('b') }
}

/** A link to a view, or the text alone where there is none. */
function ViewLink({
  view,
  name,
  onOpen,
  isRow = false,
  children,
}: {
  view: View | null
  name: string
  onOpen: RowOpening['onOpen']
  isRow?: boolean
  children: ReactNode
}) {
  if (view === null) {
    return isRow ? (
      // Focused by the keys that go from row to row.
      <span data-compared-row="" tabIndex={-1} className="block">
        {children}
      </span>
    ) : (
      children
    )
  }
  const open = (event: MouseEvent) => {
    if (isForBrowser(event)) return
    event.preventDefault()
    onOpen(view, event.currentTarget)
  }
  return (
    <a
      href={printView(view)}
      aria-label={name}
      data-compared-row={isRow ? '' : undefined}
      onClick={open}
      className={`rounded-[4px] hover:underline ${isRow ? 'block' : ''}`}
    >
      {children}
    </a>
  )
}

function Verdicts({ group }: { group: ComparedGroup }) {
  return (
    <span className="flex min-w-0 items-center gap-x-2 text-xs whitespace-nowrap max-lg:flex-wrap">
      <Verdict side={decidedOn(group, 'a')} />
      <Icon name="arrow" className="size-3 flex-none text-faint" />
      <Verdict side={decidedOn(group, 'b')} />
    </span>
  )
}

function Verdict({ side }: { side: Pick<GroupSide, 'verdict' | 'reporter'> | null }) {
  if (side === null) return <span className="min-w-19 text-muted max-lg:min-w-0">–</span>
  return (
    <span className="flex min-w-19 max-lg:min-w-0">
      <VerdictBadge tone={side.verdict === 'Deny' ? 'deny' : 'allow'} word={sideVerdict(side)} />
    </span>
  )
}

function EndsAndPorts({ group: { ends, ports } }: { group: ComparedGroup }) {
  const { sourceNamespace, sourceName, destNamespace, destName } = ends
  return (
    <span className="flex flex-wrap gap-x-2 font-mono text-xs leading-4" title={portsText(ports, 64)}>
      <span className="min-w-0 wrap-anywhere">
        <End namespace={sourceNamespace} name={sourceName} /> <span className="text-faint">→</span>{' '}
        <End namespace={destNamespace} name={destName} />
      </span>{' '}
      <span className="flex-none">{portsInShort(ports)}</span>
    </span>
  )
}

function End({ namespace, name }: { namespace: string; name: string }) {
  return (
    <>
      {hasNoNamespace(namespace) ? null : <span className="text-muted">{visibleText(namespace)}/</span>}
      <span className="font-semibold">{displayName(name, namespace)}</span>
    </>
  )
}

function Count({
  side,
  count,
  view,
  name,
  onOpen,
}: {
  side: SideName
  count: number | null
  view: View | null
  name: string
  onOpen: RowOpening['onOpen']
}) {
  const letter = side.toUpperCase()
  return (
    <span
      className={`text-right whitespace-nowrap tabular-nums max-lg:text-xs ${count === null ? 'text-muted' : side === 'b' ? 'font-semibold' : ''}`}
    >
      <span aria-hidden="true" className="mr-1 text-2xs font-normal text-muted lg:hidden">
        {letter}
      </span>
      {count === null ? (
        'not seen'
      ) : (
        <ViewLink {...{ view, onOpen }} name={`${name}: ${countText(count)} in ${letter}, open in Flows`}>
          {countText(count)}
        </ViewLink>
      )}
    </span>
  )
}

/** Both counts as bars of one logarithmic scale, and how much they differ. */
function Bars({
  a,
  b,
  greatest,
  isDenied,
}: {
  a: number | null
  b: number | null
  greatest: number
  isDenied: boolean
}) {
  const width = (count: number | null): string =>
    count === null ? '0' : `${Math.max(2, (Math.log1p(count) / Math.log1p(greatest)) * 100)}%`
  return (
    <span className="flex items-center gap-2 max-lg:hidden">
      <span aria-hidden="true" className="grid w-16 flex-none gap-px">
        <span className="h-1.5 rounded-[2px] bg-edge/55" style={{ width: width(a) }} />
        <span
          className={`h-1.5 rounded-[2px] ${isDenied ? 'bg-deny' : 'bg-accent'}`}
          style={{ width: width(b) }}
        />
      </span>
      <span className="text-xs whitespace-nowrap text-muted tabular-nums">{differenceText(a, b)}</span>
    </span>
  )
}
