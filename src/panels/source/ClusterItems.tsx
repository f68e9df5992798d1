import { Menu } from '@base-ui/react/menu'

import type { Source } from '../../state/client/flowtrace.ts'
import {
  type ClusterState,
  clusterStateInWords,
  useClusterStates,
} from '../../state/goldmane/use-cluster-states.ts'

const DOTS: Readonly<Record<ClusterState['state'], string>> = {
  connecting: 'bg-faint',
  reading: 'bg-accent',
  live: 'bg-allow',
  silent: 'bg-deny',
  unreachable: 'bg-deny',
}

/** The clusters of the server with their states, which are asked for as long as this is on the screen. */
export function ClusterItems({
  clusters,
  chosen,
  onChoose,
}: {
  clusters: readonly Source[]
  /** The name of the open one; null while a file is open. */
  chosen: string | null
  onChoose: (cluster: Source) => void
}) {
  const { states, failed } = useClusterStates(true)
  return (
    <Menu.RadioGroup value={chosen} className="max-h-[60vh] overflow-auto">
      {clusters.map((cluster) => {
        const state = failed ? undefined : states?.get(cluster.name)
        const words = state === undefined ? null : clusterStateInWords(state)
        return (
          <Menu.RadioItem
            key={cluster.name}
            value={cluster.name}
            label={cluster.name}
            closeOnClick
            className="flex cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 outline-none select-none data-checked:bg-selected data-highlighted:bg-sunken"
            onClick={() => onChoose(cluster)}
          >
            <span
              className={`size-2 flex-none rounded-full ${state === undefined ? 'bg-faint' : DOTS[state.state]}`}
              aria-hidden="true"
            />
            <span className="min-w-0">
              <span className="block truncate font-medium">{cluster.name}</span>
              <span className="block text-xs break-words text-muted">
                {words ?? (failed ? 'its state is not known: the server does not say' : 'asking…')}
              </span>
            </span>
          </Menu.RadioItem>
        )
      })}
    </Menu.RadioGroup>
  )
}
