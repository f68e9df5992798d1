import { UNRECORDED } from '../../flows/counters.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { Row, Shape, ViewRequest } from '../protocol.ts'
import { FlowView } from '../query/flow-view.ts'

/** Bytes, of which one record takes a part. */
const BUDGET = 2 ** 20

/**
 * The id of an open row after its key was changed to that of `redacted`: ids are hashes of what a row is of. Null where the
 * row is none of its own record, which does not happen.
 */
export function openRowAfter(open: string, row: Row, redacted: LabelledKey): string | null {
  const shape = (['groups', 'signatures', 'intervals'] as const).find((each) => idAs(each, row, row) === open)
  return shape === undefined ? null : idAs(shape, row, redacted)
}

/** The id of the row of a kind that has one record, with the key of `subject` and the times of `row`. */
function idAs(shape: Shape, { firstSeen, lastSeen }: Row, subject: LabelledKey): string | null {
  const { key, sourceLabels, destLabels } = subject
  const store = new RecordStore({ budget: BUDGET, live: false })
  store.append({ key, sourceLabels, destLabels, startTime: firstSeen, endTime: lastSeen, ...UNRECORDED })
  const request: ViewRequest = {
    shape,
    filter: ALL,
    time: null,
    sort: { column: 'attention', descending: true },
    offset: 0,
    limit: 1,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: null,
    trendMeasure: 'records',
  }
  return new FlowView(store).rows(request, lastSeen).rows[0]?.id ?? null
}
