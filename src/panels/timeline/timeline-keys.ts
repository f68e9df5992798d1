/** What a key does on the timeline. */
import type { TimeRange } from '../../state/client/time-range.ts'
import { revealing, ZOOM_FACTOR, zoomed } from './zoom.ts'

/** What the keys change; all times are Unix seconds. */
export interface TimelineState {
  /** The range that limits what is shown; null for everything held. */
  readonly range: TimeRange | null
  /** The part of the axis that is drawn; null for the whole. */
  readonly part: TimeRange | null
  /** The start of the bar whose values are said; null before a key was pressed. */
  readonly cursor: number | null
  /** The bar from which Shift with an arrow selects; null while it does not. */
  readonly anchor: number | null
}

/** Bars that Page Up and Page Down go, when there is no range to move. */
const PAGE_BARS = 20

/** The state after a key press; undefined when the key has no effect here. `key` is `KeyboardEvent.key`. */
export function stateAfterKey(
  state: TimelineState,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  whole: TimeRange,
  step: number,
): TimelineState | undefined {
  const last = whole.to - step
  const cursor = state.cursor ?? (state.range === null ? last : state.range.to - step)
  const goTo = (time: number): TimelineState => {
    const to = Math.min(last, Math.max(whole.from, time))
    return {
      ...state,
      cursor: to,
      anchor: null,
      part: state.part === null ? null : revealing(state.part, to, whole),
    }
  }
  const zoom = (factor: number): TimelineState => ({
    ...state,
    part: zoomed(state.part ?? whole, factor, cursor, whole),
  })
  const page = state.range === null ? PAGE_BARS * step : state.range.to - state.range.from
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const by = key === 'ArrowLeft' ? -step : step
      return shiftKey ? select(state, by, whole, step) : goTo(state.cursor === null ? cursor : cursor + by)
    }
    case 'Home':
      return goTo(whole.from)
    case 'End':
      return goTo(last)
    case 'PageUp':
    case 'PageDown':
      return state.range === null
        ? goTo(cursor + (key === 'PageUp' ? -page : page))
        : movedRange(state, key === 'PageUp' ? -page : page, whole)
    case 'Enter':
      return { ...goTo(cursor), range: { from: cursor, to: cursor + step } }
    case '+':
    case '=':
      return zoom(1 / ZOOM_FACTOR)
    case '-':
      return state.part === null ? undefined : zoom(ZOOM_FACTOR)
    case '0':
      return state.part === null ? undefined : { ...state, part: null }
    case 'Escape':
      if (state.range !== null) return { ...state, range: null, anchor: null }
      return state.part === null ? undefined : { ...state, part: null }
    default:
      return undefined
  }
}

/** Extends or shortens the selection from its anchor, as Shift with an arrow does in a text. */
function select(state: TimelineState, by: number, whole: TimeRange, step: number): TimelineState {
  const { range, cursor } = state
  const last = whole.to - step
  const anchor = state.anchor ?? range?.from ?? cursor ?? last
  const head = state.anchor === null && range !== null ? range.to - step : (cursor ?? last)
  const next = Math.min(last, Math.max(whole.from, head + by))
  return {
    range: { from: Math.min(anchor, next), to: Math.max(anchor, next) + step },
    part: state.part === null ? null : revealing(state.part, next, whole),
    cursor: next,
    anchor,
  }
}

function movedRange(state: TimelineState, by: number, whole: TimeRange): TimelineState {
  if (state.range === null) return state
  const width = state.range.to - state.range.from
  const from = Math.max(whole.from, Math.min(state.range.from + by, whole.to - width))
  const part =
    state.part === null ? null : revealing(revealing(state.part, from + width - 1, whole), from, whole)
  return { range: { from, to: from + width }, part, cursor: null, anchor: null }
}
