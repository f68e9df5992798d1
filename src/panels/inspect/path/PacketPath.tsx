import type { FlowKey } from '../../../flows/flow.ts'
import { displayNamespace, displayName, hasNoNamespace, workloadOf } from '../../../flows/spelling.ts'
import { unreachable } from '../../../lib/assert.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { BothEnds, EndState, EndView } from '../../../trace/compare/both-ends.ts'
import { endCaption } from '../../../trace/compare/end-captions.ts'
import { capitalised, type Certainty } from '../../../trace/words/statement.ts'
import { HATCHED } from '../../../ui/hatched.ts'
import { Icon } from '../../../ui/Icon.tsx'
import type { IconName } from '../../../ui/icon-paths.ts'
import { RichText } from '../../../ui/RichText.tsx'
import { PHONE, useMediaQuery } from '../../../ui/use-media-query.ts'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'
import { FilterValue } from '../statement/FilterValue.tsx'

const LOOKING = 'Looking for the other end’s record…'
const NOT_ASKED_YET: EndView = { state: 'no record', certainty: 'unknown', records: [], text: '' }

interface PathProps {
  readonly rowKey: FlowKey
  readonly source: EndView
  readonly destination: EndView
  /** Whether the other end's records were not looked for yet. */
  readonly isLooking: boolean
}

/**
 * The path of a packet with a gate at each end, and in words what is known of each: from left to right, on a phone from
 * top to bottom. The drawing is hidden from screen readers, which read the captions. `ends` is null until the other end's
 * records were looked for.
 */
export function PacketPath({ row: { key }, ends }: { row: Row; ends: BothEnds | null }) {
  const path: PathProps = {
    rowKey: key,
    source: ends?.source ?? NOT_ASKED_YET,
    destination: ends?.destination ?? NOT_ASKED_YET,
    isLooking: ends === null,
  }
  const isPhone = useMediaQuery(PHONE)
  return (
    <section aria-label="Path" className="mt-2">
      <h3 className="sr-only">Path</h3>
      {isPhone ? <UprightPath {...path} /> : <LevelPath {...path} />}
    </section>
  )
}

function LevelPath({ rowKey: key, source, destination, isLooking }: PathProps) {
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
      {/* Three lines high, so that nothing below moves when the other end's records come in. */}
      <div className="mt-1.5 flex min-h-13 justify-between gap-4 text-2xs *:min-w-0">
        {isLooking ? (
          <p className="text-muted">{LOOKING}</p>
        ) : (
          <>
            <Caption end="source" row={key} view={source} />
            <Caption end="destination" row={key} view={destination} />
          </>
        )}
      </div>
    </>
  )
}

/** The captions stand beside their gates, each two lines high before they come, so that little moves when they do. */
function UprightPath({ rowKey: key, source, destination, isLooking }: PathProps) {
  return (
    <div className="rounded-[10px] border border-line bg-page px-3 py-2 text-xs">
      <UprightEnd side="src" namespace={key.sourceNamespace} name={key.sourceName} />
      <UprightLine certainty={source.certainty} />
      <div className="flex min-h-13 items-center gap-3">
        <Gate view={source} />
        {isLooking ? (
          <p className="text-muted">{LOOKING}</p>
        ) : (
          <Caption end="source" row={key} view={source} />
        )}
      </div>
      <UprightLine certainty={middleCertainty(source, destination)} />
      <div className="flex min-h-13 items-center gap-3">
        <Gate view={destination} />
        {isLooking ? null : <Caption end="destination" row={key} view={destination} />}
      </div>
      <UprightLine certainty={destination.certainty === 'recorded' ? 'recorded' : 'unknown'} />
      <UprightEnd side="dst" namespace={key.destNamespace} name={key.destName} />
    </div>
  )
}

function UprightLine({ certainty }: { certainty: Certainty }) {
  return <span aria-hidden="true" className={`ml-[15px] block h-2.5 w-0 border-l-2 ${LINES[certainty]}`} />
}

function UprightEnd({ side, namespace, name }: { side: 'src' | 'dst'; namespace: string; name: string }) {
  const shown = displayName(name, namespace)
  const placeless = hasNoNamespace(namespace)
  return (
    <code className="flex min-w-0 items-center">
      {placeless ? null : (
        <>
          <FilterValue
            value={{ field: `${side}.ns`, value: namespace }}
            text={displayNamespace(namespace)}
            className="min-h-8 min-w-6 truncate text-muted"
          />
          <span className="text-muted">/</span>
        </>
      )}
      <FilterValue
        value={{ field: `${side}.name`, value: name }}
        text={shown}
        className="min-h-8 min-w-6 truncate font-medium"
      >
        {placeless ? shown : workloadOf(shown)}
      </FilterValue>
    </code>
  )
}

/** The certainty of the line between the two gates: the lower one of theirs. */
function middleCertainty(source: EndView, destination: EndView): Certainty {
  if (source.certainty === 'unknown' || destination.certainty === 'unknown') return 'unknown'
  if (source.state === 'denied' || destination.state === 'not reached') return 'unknown'
  return source.certainty === 'recorded' && destination.certainty === 'recorded' ? 'recorded' : 'inferred'
}

function End({ side, namespace, name }: { side: 'src' | 'dst'; namespace: string; name: string }) {
  const shown = displayName(name, namespace)
  const placeless = hasNoNamespace(namespace)
  return (
    <span
      className="max-w-[36%] min-w-10 shrink rounded-[7px] border border-line bg-page px-2 text-2xs"
      title={placeless ? shown : `${displayNamespace(namespace)}/${shown}`}
    >
      {/* Each of the two is 24 px high, as a target has to be, with its text beside the other's. */}
      <FilterValue
        value={{ field: `${side}.ns`, value: namespace }}
        text={displayNamespace(namespace)}
        className="block min-w-6 truncate pt-2 leading-4 text-muted"
      />
      <FilterValue
        value={{ field: `${side}.name`, value: name }}
        text={shown}
        className="block min-w-6 pb-2 leading-4"
      >
        <code className="line-clamp-2 font-medium break-all">{placeless ? shown : workloadOf(shown)}</code>
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
  return <span aria-hidden="true" className={`h-0 min-w-3 flex-1 border-t-2 ${LINES[certainty]}`} />
}

const GATE_EDGES: Readonly<Record<Certainty, string>> = {
  recorded: 'border-solid',
  inferred: 'border-dashed',
  unknown: 'border-dotted',
}

function gateLook(state: EndState): { icon: IconName; colours: string; ground?: typeof HATCHED } {
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
      return { icon: 'question', colours: 'border-edge text-muted', ground: HATCHED }
    default:
      return unreachable(state, 'state of an end')
  }
}

function Gate({ view: { state, certainty } }: { view: EndView }) {
  const { icon, colours, ground } = gateLook(state)
  return (
    <span
      aria-hidden="true"
      className={`grid size-7 flex-none phone:size-8 place-items-center rounded-[8px] border-[1.5px] ${GATE_EDGES[certainty]} ${colours}`}
      style={ground}
    >
      <Icon name={icon} className="size-3.5" />
    </span>
  )
}

const TITLES: Partial<Readonly<Record<EndState, string>>> = { allowed: 'text-allow', denied: 'text-deny' }

function Caption({ end, row, view }: { end: 'source' | 'destination'; row: Row['key']; view: EndView }) {
  const { title, cause, certainty } = endCaption(end, view, row)
  const name = end === 'source' ? 'Leaving the source: ' : 'Entering the destination: '
  return (
    <p className={`text-muted ${end === 'destination' ? 'not-phone:text-right' : ''}`}>
      <span className="sr-only">{name}</span>
      <b className={`font-semibold ${TITLES[view.state] ?? 'text-ink'}`}>{title}</b>
      <span className="sr-only">.</span>
      <br />
      <RichText parts={capitalised(cause)} />
      {certainty === 'recorded' ? null : (
        <>
          {' '}
          <CertaintyTag certainty={certainty} />
        </>
      )}
    </p>
  )
}
