import type { Expression } from '../../filter/tree/expression.ts'
import type { MeasureFieldId } from '../../flows/field.ts'
import { FlowView } from './flow-view.ts'
import type { GroupRequest, Groups } from './groups.ts'
import { conversationOf, flowRowOf } from './lookup.ts'
import type { Facet, FacetRequest, Histogram, Row, TimeRange, ViewRequest, TableWindow } from '../protocol.ts'
import { RecordStore, type StoreOptions } from '../keys/record-store.ts'

/** The store with one reader of its own; others, such as further tabs, call {@link openView} and ask that. */
export class FlowStore extends RecordStore {
  readonly #own: FlowView

  constructor(options: StoreOptions) {
    super(options)
    this.#own = new FlowView(this)
  }

  /** A reader with its own frozen state. */
  openView(): FlowView {
    return new FlowView(this)
  }

  /** See {@link FlowView.view}. */
  view(request: ViewRequest, now: number): TableWindow {
    return this.#own.view(request, now)
  }

  /** See {@link FlowView.facets}. */
  facets(request: ViewRequest, facets: readonly FacetRequest[], now: number): readonly Facet[] {
    return this.#own.facets(request, facets, now)
  }

  /** See {@link FlowView.histogram}. */
  histogram(
    request: ViewRequest,
    steps: number,
    measure: MeasureFieldId | 'records',
    now: number,
  ): Histogram | null {
    return this.#own.histogram(request, steps, measure, now)
  }

  /** See {@link FlowView.groups}. */
  groups(request: ViewRequest, grouping: GroupRequest, now: number): Groups {
    return this.#own.groups(request, grouping, now)
  }

  /** See {@link FlowView.count}. */
  count(filter: Expression, time: TimeRange | null, now: number): number {
    return this.#own.count('intervals', filter, time, now)
  }

  /** The row of a flow, by its id or the id of one of its intervals, over everything held. */
  find(id: string): Row | null {
    return flowRowOf(this, id)
  }

  /**
   * The flows with the source, destination, protocol and port of a flow: any reporter, verdict, trace. The last seen
   * come first.
   */
  conversation(id: string): readonly Row[] {
    return conversationOf(this, id)
  }
}
