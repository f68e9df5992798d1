import { type ClusterWords, describeCluster } from '../../state/goldmane/cluster-state-words.ts'
import type { ClusterState } from '../../state/goldmane/use-cluster-states.ts'

const DOTS: Readonly<Record<ClusterState['state'], string>> = {
  connecting: 'bg-faint',
  reading: 'bg-accent',
  live: 'bg-allow',
  silent: 'bg-deny',
  unreachable: 'bg-deny',
}

/**
 * A cluster in two lines: its name over its state, the denials, the age. Widths and height are the same whatever is
 * known, so that nothing moves under the pointer when the state is asked again.
 */
export function ClusterRow({
  name,
  state,
  isAsking,
}: {
  name: string
  /** Undefined while it is not known. */
  state: ClusterState | undefined
  /** Whether the answer is on its way. */
  isAsking: boolean
}) {
  const words = state === undefined ? null : describeCluster(state)
  const unknown = isAsking ? 'asking…' : 'its state is not known: the server does not say'
  const said = words?.state ?? unknown
  return (
    <>
      <Dot colour={state === undefined ? 'bg-faint' : DOTS[state.state]} />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate font-medium">{name}</span>{' '}
        <span className="flex text-xs text-muted">
          <span className="truncate max-sm:line-clamp-2 max-sm:whitespace-normal" title={said}>
            {said}
          </span>
          {words === null || words.since === null ? null : (
            <span className="flex-none whitespace-pre max-sm:hidden">, {words.since}</span>
          )}
        </span>
      </span>{' '}
      <Figures words={words} />
    </>
  )
}

function Figures({ words }: { words: ClusterWords | null }) {
  return (
    <>
      <span className="w-28 flex-none text-right text-xs leading-tight tabular-nums sm:w-32">
        <span
          className={`block h-4 truncate ${words?.isBad === true ? 'font-medium text-deny' : 'text-muted'}`}
        >
          {words?.headline}
        </span>{' '}
        <span className="block h-4 truncate text-muted">{words?.detail}</span>
      </span>{' '}
      <span className="w-11 flex-none text-right text-xs whitespace-nowrap text-muted tabular-nums">
        {words === null || words.age === null ? null : (
          <>
            {words.age}
            <span className="sr-only"> {words.ageOf}</span>
          </>
        )}
      </span>
    </>
  )
}

/** The capture that is open. */
export function CaptureRow({ name }: { name: string }) {
  return (
    <>
      <Dot colour="bg-faint" />
      <span className="min-w-0 flex-1 leading-tight">
        <span className="block truncate font-medium">{name}</span>{' '}
        <span className="block text-xs text-muted">open now</span>
      </span>
    </>
  )
}

function Dot({ colour }: { colour: string }) {
  return <span className={`size-2 flex-none rounded-full ${colour}`} aria-hidden="true" />
}
