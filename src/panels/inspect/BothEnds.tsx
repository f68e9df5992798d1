import { useMemo } from 'react'

import { unreachable } from '../../lib/assert.ts'
import {
  displayName,
  displayNamespace,
  displayPath,
  hasNoNamespace,
  NO_NAMESPACE,
} from '../../flows/spelling.ts'
import type { Row } from '../../state/client/rows.ts'
import {
  type BothEnds as BothEndsData,
  bothEnds,
  type EndState,
  type EndView,
} from '../../trace/compare/both-ends.ts'
import type { Certainty } from '../../trace/words/statement.ts'
import { Chip } from '../../ui/Chip.tsx'
import { Icon, type IconName } from '../../ui/Icon.tsx'
import { Paragraph } from './Paragraph.tsx'
import { FilterValue } from './FilterValue.tsx'
import { sentenceCase } from './sentence-case.ts'

/** The path of a packet, with the verdict of each end, and in words what is known of each. */
export function BothEnds({ row, conversation }: { row: Row; conversation: readonly Row[] | undefined }) {
  const ends = useMemo(
    () => (conversation === undefined ? null : bothEnds(row, conversation)),
    [row, conversation],
  )
  if (ends === null) return <p className="my-4 text-xs text-muted">Looking for the other end’s record…</p>
  return (
    <section aria-label="Both ends" className="my-4">
      <Path row={row} ends={ends} />
      <Paragraph statements={ends.statements} />
    </section>
  )
}

function Path({ row: { key }, ends: { source, destination } }: { row: Row; ends: BothEndsData }) {
  return (
    <>
      <div className="flex items-center">
        <End side="src" namespace={key.sourceNamespace} name={key.sourceName} />
        <Line certainty={source.certainty} />
        <Gate view={source} />
        <Line certainty={middleCertainty(source, destination)} />
        <Gate view={destination} />
        <Line certainty={destination.certainty === 'recorded' ? 'recorded' : 'unknown'} />
        <End side="dst" namespace={key.destNamespace} name={key.destName} />
      </div>
      <div className="mt-1.5 grid grid-cols-2 gap-3 text-2xs text-muted">
        <Caption view={source} />
        <Caption view={destination} last />
      </div>
    </>
  )
}

/** The certainty of the line between the two gates: the lower one of theirs. */
function middleCertainty(source: EndView, destination: EndView): Certainty {
  if (source.certainty === 'unknown' || destination.certainty === 'unknown') return 'unknown'
  return source.certainty === 'recorded' && destination.certainty === 'recorded' ? 'recorded' : 'inferred'
}

function End({ side, namespace, name }: { side: 'src' | 'dst'; namespace: string; name: string }) {
  const shown = displayName(name, namespace)
  return (
    <span
      className="max-w-[34%] min-w-10 shrink rounded-[7px] border border-line bg-page px-2 py-1 text-2xs"
      title={displayPath(namespace, name)}
    >
      {hasNoNamespace(namespace) ? (
        <span className="block truncate text-muted">{NO_NAMESPACE}</span>
      ) : (
        <FilterValue
          value={{ field: `${side}.ns`, value: namespace }}
          text={displayNamespace(namespace)}
          className="block truncate text-muted"
        />
      )}
      <FilterValue value={{ field: `${side}.name`, value: name }} text={shown} className="block">
        <code className="block truncate font-medium">{shown}</code>
      </FilterValue>
    </span>
  )
}

const LINES: Readonly<Record<Certainty, string>> = {
  recorded: 'border-solid border-edge',
  inferred: 'border-dashed border-edge',
  unknown: 'border-dotted border-line',
}

function Line({ certainty }: { certainty: Certainty }) {
  // Hidden from screen readers, as the gates are: the captions say the same in words.
  return <span aria-hidden="true" className={`h-0 min-w-3 flex-1 border-t-2 ${LINES[certainty]}`} />
}

const GATE_EDGES: Readonly<Record<Certainty, string>> = {
  recorded: 'border-solid',
  inferred: 'border-dashed',
  unknown: 'border-dotted',
}

function gateLook(state: EndState): { icon: IconName; colours: string } {
  switch (state) {
    case 'allowed':
      return { icon: 'allow', colours: 'border-allow bg-allow-soft text-allow' }
    case 'denied':
      return { icon: 'deny', colours: 'border-deny bg-deny-soft text-deny' }
    case 'both':
      return { icon: 'both', colours: 'border-staged bg-staged-soft text-staged' }
    case 'not reached':
      return { icon: 'none', colours: 'border-edge bg-surface text-muted' }
    case 'no record':
    case 'verdict unknown':
      return { icon: 'question', colours: 'border-edge bg-surface text-muted' }
    default:
      return unreachable(state, 'state of an end')
  }
}

function Gate({ view: { state, certainty } }: { view: EndView }) {
  const { icon, colours } = gateLook(state)
  return (
    <span
      aria-hidden="true"
      className={`grid size-7 flex-none place-items-center rounded-[8px] border-[1.5px] ${GATE_EDGES[certainty]} ${colours}`}
    >
      <Icon name={icon} className="size-3.5" />
    </span>
  )
}

function Caption({ view: { text, certainty }, last = false }: { view: EndView; last?: boolean }) {
  return (
    <p className={last ? 'text-right' : ''}>
      {sentenceCase(text)} <Chip look={certainty === 'inferred' ? 'dashed' : 'filled'}>{certainty}</Chip>
    </p>
  )
}
