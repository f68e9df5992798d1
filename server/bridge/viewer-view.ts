import { createHash } from 'node:crypto'

import { toBinary } from '@bufbuild/protobuf'

import { type Filter, FilterSchema, type FlowKey } from '../../src/gen/goldmane/api_pb.ts'
import { matchesFilter } from '../../src/goldmane/filter.ts'
import type { Viewer } from '../auth/viewer.ts'
import { EVERYTHING, type RingView, type ShownKey } from '../upstream/ring/ring-view.ts'
import { hideNames } from './hidden-names.ts'

const AS_IT_IS: ShownKey = { rewritten: null, hidesSourceLabels: false, hidesDestLabels: false }

/** Whether a viewer sees the flows between two namespaces. */
export function seesFlow(
  { namespaces }: Viewer,
  { sourceNamespace, destNamespace }: Pick<FlowKey, 'sourceNamespace' | 'destNamespace'>,
): boolean {
  return namespaces === 'all' || namespaces.has(sourceNamespace) || namespaces.has(destNamespace)
}

/**
 * What a viewer sees of the ring with Goldmane's Filter. A flow is shown when its source or its destination is in a
 * namespace of the viewer and the filter matches.
 *
 * The filter is evaluated on the key as it is shown. On the recorded key it would tell by what comes back what the hidden
 * end is: "does anything pass that is called `payroll`?"
 */
export function viewOf(filter: Filter | undefined, viewer: Viewer): RingView {
  const { namespaces, hidesOtherEnd } = viewer
  const encodedFilter = filter === undefined ? new Uint8Array(0) : toBinary(FilterSchema, filter)
  if (namespaces === 'all' && encodedFilter.length === 0) return EVERYTHING
  const shownTo = (key: FlowKey): ShownKey | null => {
    if (namespaces === 'all') return AS_IT_IS
    if (!seesFlow(viewer, key)) return null
    return hidesOtherEnd ? hideNames(key, namespaces) : AS_IT_IS
  }
  return {
    id: viewId(encodedFilter, viewer),
    show: (key) => {
      const shown = shownTo(key)
      return shown !== null && matchesFilter(filter, shown.rewritten ?? key) ? shown : null
    },
  }
}

/** Equal for equal views, and as long for a thousand namespaces as for one. */
function viewId(filter: Uint8Array, { namespaces, hidesOtherEnd }: Viewer): string {
  const scope = namespaces === 'all' ? null : [hidesOtherEnd, ...[...namespaces].sort()]
  return createHash('sha256').update(JSON.stringify(scope)).update('\0').update(filter).digest('base64')
}
