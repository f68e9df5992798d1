/** The two ends of a row as the table names them: by workload, without the hash of a rollout. */
import type { FlowKey } from '../../../flows/flow.ts'
import { displayName, displayPath, hasNoNamespace, workloadOf } from '../../../flows/spelling.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { type EndName, fitEnds } from '../layout/end-names.ts'
import { textWidth } from '../layout/text-width.ts'

export interface ShownEnd extends EndName {
  /** `namespace/workload`, not shortened. */
  readonly path: string
  /** As recorded, with the hash. */
  readonly full: string
}

function shownEnd(namespace: string, name: string): ShownEnd {
  const workload = workloadOf(name)
  return {
    namespace: hasNoNamespace(namespace) ? '' : visibleText(namespace),
    name: displayName(workload, namespace),
    path: displayPath(namespace, workload),
    full: displayPath(namespace, name),
  }
}

export function shownSource(key: FlowKey): ShownEnd {
  return shownEnd(key.sourceNamespace, key.sourceName)
}

export function shownDestination(key: FlowKey): ShownEnd {
  return shownEnd(key.destNamespace, key.destName)
}

/** Both ends of a flow with their names shortened to what fits. */
export interface FittedEnds {
  readonly source: ShownEnd
  readonly destination: ShownEnd
  /** The shortened names of source and destination. */
  readonly shown: readonly [EndName, EndName]
}

/** The ends of a flow, whose names may take `width` pixels together. */
export function fittedEnds(key: FlowKey, width: number): FittedEnds {
  const source = shownSource(key)
  const destination = shownDestination(key)
  return {
    source,
    destination,
    shown: fitEnds(source, destination, width, (text) => textWidth(text, 'mono')),
  }
}
