import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

import type { ComparedGroup, Comparison, Section } from '../../compare/comparison.ts'
import { PART_GROUPS } from '../../compare/listed-groups.ts'
import { type GroupParts, useGroupPart } from '../../state/compare/group-parts.ts'
import { focusDrawnRow, REVEAL_EVENT, type RevealedRow } from './compared-rows.ts'
import { ComparedRow, type RowOpening } from './ComparedRow.tsx'
import { observeNearness } from './near-blocks.ts'

/** So many rows are drawn together. A part of the groups is a whole number of blocks. */
export const BLOCK_ROWS = 25

export interface BlockOfSection extends RowOpening {
  readonly section: Section
  readonly comparison: Comparison
  readonly parts: GroupParts
  /** The greatest count of all rows: the full length of a bar. */
  readonly greatest: number
  /** Rows of the section that can be scrolled to. */
  readonly listed: number
  /** The height of a row that was not drawn yet, in pixels. */
  readonly rowPx: number
}

/**
 * Some rows of a section, which are in the document only while they are near what is seen, or have the focus. Rows have
 * different heights: a block that is not drawn is as high as it was, or as its rows are on average.
 */
export function GroupBlock({
  first,
  boxRef,
  ...block
}: BlockOfSection & { first: number; boxRef?: RefObject<HTMLDivElement | null> | undefined }) {
  const { section, listed, parts, rowPx, comparison, greatest, targets, onOpen } = block
  const own = useRef<HTMLDivElement>(null)
  const box = boxRef ?? own
  const { isDrawn, height } = useDrawn(box, first === 0, rowPx)
  const count = Math.min(BLOCK_ROWS, listed - first)
  const part = useGroupPart(parts, section, Math.floor(first / PART_GROUPS), isDrawn)
  const from = first % PART_GROUPS
  const groups = isDrawn && part?.ok === true ? part.groups.slice(from, from + count) : []
  useFocusOnceDrawn(box, groups.length > 0)
  const isEmpty = groups.length === 0
  return (
    <div ref={box} data-compared-block="" style={isEmpty ? { height: height ?? count * rowPx } : undefined}>
      {isDrawn && part?.ok === false ? (
        <div role="listitem">
          <p role="alert" className="px-4 py-2 text-muted">
            {part.trouble.say}
          </p>
        </div>
      ) : null}
      {groups.map((group, i) => (
        <ComparedRow
          key={keyOf(group)}
          id={keyOf(group)}
          {...{ comparison, group, greatest, targets, onOpen }}
          place={{ at: first + i + 1, of: listed }}
        />
      ))}
    </div>
  )
}

/** Whether a block is drawn, and how high it was when it was drawn last; null where it never was, at rows of this height. */
function useDrawn(box: RefObject<HTMLDivElement | null>, isFirst: boolean, rowPx: number) {
  const [isDrawn, setDrawn] = useState(isFirst)
  const [kept, setKept] = useState<{ readonly height: number; readonly rowPx: number } | null>(null)
  const isNear = useRef(isFirst)
  const row = useRef(rowPx)
  useLayoutEffect(() => {
    row.current = rowPx
  }, [rowPx])
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const leave = (height: number) => {
      // A list is never without an item, for those who go through it by its structure.
      if (isFirst) return
      setKept({ height, rowPx: row.current })
      setDrawn(false)
    }
    const onFocusOut = ({ relatedTarget }: FocusEvent) => {
      const stays = relatedTarget instanceof Node && element.contains(relatedTarget)
      if (!isNear.current && !stays) leave(element.getBoundingClientRect().height)
    }
    const onFocusIn = () => setDrawn(true)
    const onReveal = () => flushSync(() => setDrawn(true))
    element.addEventListener('focusout', onFocusOut)
    // The focus may come back before the rows are gone.
    element.addEventListener('focusin', onFocusIn)
    element.addEventListener(REVEAL_EVENT, onReveal)
    const stop = observeNearness(element, (near, height) => {
      const was = isNear.current
      isNear.current = near
      if (near) setDrawn(true)
      // The focus is not taken away from the reader.
      else if (was && !element.contains(document.activeElement)) leave(height)
    })
    return () => {
      stop()
      element.removeEventListener('focusout', onFocusOut)
      element.removeEventListener('focusin', onFocusIn)
      element.removeEventListener(REVEAL_EVENT, onReveal)
    }
  }, [box, isFirst])
  return { isDrawn, height: kept?.rowPx === rowPx ? kept.height : null }
}

/** Focuses a row that {@link REVEAL_EVENT} asks for, once its groups are here and if the focus is where it was. */
function useFocusOnceDrawn(box: RefObject<HTMLDivElement | null>, hasRows: boolean): void {
  const wanted = useRef<{ readonly row: RevealedRow; readonly focused: Element | null } | null>(null)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return undefined
    const onReveal = (event: Event) => {
      if (event instanceof CustomEvent)
        wanted.current = { row: event.detail as RevealedRow, focused: document.activeElement }
    }
    // Before the handler that draws the rows.
    element.addEventListener(REVEAL_EVENT, onReveal, { capture: true })
    return () => element.removeEventListener(REVEAL_EVENT, onReveal, { capture: true })
  }, [box])
  useLayoutEffect(() => {
    const { current } = wanted
    if (!hasRows || current === null || box.current === null) return
    wanted.current = null
    if (document.activeElement === current.focused) focusDrawnRow(box.current, current.row)
  }, [box, hasRows])
}

/** The same for a group of which only the counts have changed, so that its row keeps the focus. */
function keyOf({ section, ends, ports, a, b }: ComparedGroup): string {
  const least = ports.reduce((lower, each) => (each.port < lower.port ? each : lower))
  return JSON.stringify([section, ends, least.proto, least.port, a?.decisions, b?.decisions])
}
