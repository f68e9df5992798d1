/** The two ends of a row as the table names them: by workload, without the hash of a rollout. */
import type { FlowKey } from '../../../flows/flow.ts'
import { displayName, displayPath, hasNoNamespace, workloadOf } from '../../../flows/spelling.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import type { EndName } from '../layout/end-names.ts'

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
