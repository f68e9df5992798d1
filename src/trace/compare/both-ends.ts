/**
 * The source's and the destination's record of one conversation, side by side. That two records belong together is
 * inferred from names, protocol, port and time, for nothing in a flow says so.
 */
import { type FlowKey, isUnknown } from '../../flows/flow.ts'
import { isFinal } from '../../flows/hit.ts'
import { isSameConversation } from '../../flows/identity.ts'
import { meetInTime, type SeenKey } from './seen-key.ts'
import { causeParts, destParts, isOutsidePolicies, sourceParts } from '../words/phrases.ts'
import {
  capitalised,
  type Certainty,
  list,
  notKnown,
  type Parts,
  say,
  type Statement,
} from '../words/statement.ts'

/** The verdict of one end on the conversation. `not reached`: the source denied it, so the destination has no say. */
export type EndState = 'allowed' | 'denied' | 'both' | 'not reached' | 'no record' | 'verdict unknown'

export interface EndView {
  readonly state: EndState
  /** Recorded for the subject's end. Inferred when a matched record, or the subject's denial, gives the state. */
  readonly certainty: Certainty
  /** The records of this end: the subject, or the matched ones. */
  readonly records: readonly SeenKey[]
  /** The state as a label of the drawing: "egress of the source: denied". */
  readonly text: string
}

export interface BothEnds {
  readonly source: EndView
  readonly destination: EndView
  /** The end that reported the subject; null when its record does not say. */
  readonly subject: 'source' | 'destination' | null
  readonly statements: readonly Statement[]
}

/** Further records are counted in a sentence; {@link EndView.records} holds all. */
const MAX_LISTED_RECORDS = 4

function stateOf(records: readonly SeenKey[]): EndState {
  const actions = new Set(records.map(({ key }) => key.action))
  if (actions.size === 0) return 'no record'
  if (![...actions].every(isFinal)) return 'verdict unknown'
  if (actions.size > 1) return 'both'
  return actions.has('Allow') ? 'allowed' : 'denied'
}

function viewOf(
  end: 'source' | 'destination',
  records: readonly SeenKey[],
  certainty: Certainty,
  state = stateOf(records),
): EndView {
  const rules = end === 'source' ? 'egress of the source' : 'ingress of the destination'
  const words: Record<EndState, string> = {
    allowed: 'allowed',
    denied: 'denied',
    both: 'allowed and denied',
    'not reached': 'never reached',
    'no record': 'no record',
    'verdict unknown': 'verdict not known',
  }
  return { state, certainty, records, text: `${rules}: ${words[state]}` }
}

/** "refused at backend/api-* by …"; the verdict alone where the trace does not give it. */
function verdictParts({ key }: SeenKey, words: Words, place: Parts = []): Parts {
  const at = place.length === 0 ? '' : say` at ${place}`
  if (!isFinal(key.action)) return say`with a verdict that is not known${at}`
  return say`${words[key.action]}${at}${causeParts(key)}`
}

function verdictsParts(records: readonly SeenKey[], words: Words, place: Parts = []): Parts {
  const clauses = records
    .slice(0, MAX_LISTED_RECORDS)
    .map((record, i) => verdictParts(record, words, i === 0 ? place : []))
  const more = records.length - clauses.length
  return list([...clauses, ...(more === 0 ? [] : [say`${String(more)} more`])], ', or ', ', or ')
}

interface Words {
  readonly Allow: string
  readonly Deny: string
}

const AT_SOURCE: Words = { Allow: 'allowed', Deny: 'denied' }
const AT_DESTINATION: Words = { Allow: 'allowed', Deny: 'refused' }

function inferredSentence(parts: Parts): Statement {
  return { certainty: 'inferred', parts: capitalised(parts) }
}

function noRecord(end: 'source' | 'destination', key: FlowKey): Statement {
  const type = end === 'source' ? key.sourceType : key.destType
  if (type === 'HostEndpoint' || isOutsidePolicies(end, key)) {
    return inferredSentence(say`the ${end} has no record: it is not a workload, and only workloads report.`)
  }
  const untold = type === 'EndpointTypeUnspecified' || isUnknown(type)
  const workload = untold ? 'it is not a workload, or ' : ''
  return {
    certainty: 'unknown',
    parts: say`What the ${end} did is not known: it has no record here (${workload}its node has not reported, it knows the other end by another name, or the record is not among those held).`,
  }
}

/** The reasons why the matched records may not be the same connections as the subject. */
function caveats(subject: SeenKey, matches: readonly SeenKey[]): readonly Statement[] {
  const statements: Statement[] = []
  if (matches.length > 1) {
    statements.push(
      notKnown(say`which of these records belong to one connection`, say`flows carry no addresses`),
    )
  }
  if (matches.some((match) => meetInTime(subject, match) === null)) {
    statements.push(
      notKnown(say`whether the two are of the same time`, say`not all of the records have times`),
    )
  }
  return statements.map(({ certainty, parts }) => ({ certainty, parts: capitalised(parts) }))
}

/** The view from a source that denied: nothing of the subject arrived, so matched records are other connections. */
function neverLeft(subject: SeenKey, others: readonly SeenKey[]): BothEnds {
  const never = inferredSentence(
    say`it never left ${sourceParts(subject.key)}: ${verdictParts(subject, AT_SOURCE)}.`,
  )
  const source = viewOf('source', [subject], 'recorded')
  if (others.length === 0) {
    const destination = viewOf('destination', [], 'inferred', 'not reached')
    return { subject: 'source', source, destination, statements: [never] }
  }
  const beside = inferredSentence(
    say`other connections between the same names did arrive at that time, of other pods or under another trace: ${verdictsParts(others, AT_DESTINATION, destParts(subject.key))}.`,
  )
  const destination = viewOf('destination', others, 'inferred')
  return { subject: 'source', source, destination, statements: [never, beside] }
}

function fromSource(subject: SeenKey, others: readonly SeenKey[]): BothEnds {
  const { key } = subject
  if (key.action === 'Deny') return neverLeft(subject, others)
  const left =
    key.action === 'Allow'
      ? say`it left ${sourceParts(key)}, ${verdictParts(subject, AT_SOURCE)}`
      : say`it came to ${sourceParts(key)}'s egress ${verdictParts(subject, AT_SOURCE)}`
  const statements =
    others.length === 0
      ? [inferredSentence(say`${left}.`), noRecord('destination', key)]
      : [
          inferredSentence(say`${left}; ${verdictsParts(others, AT_DESTINATION, destParts(key))}.`),
          ...caveats(subject, others),
        ]
  const destination = viewOf('destination', others, others.length === 0 ? 'unknown' : 'inferred')
  return { subject: 'source', source: viewOf('source', [subject], 'recorded'), destination, statements }
}

/** The view from the destination: the subject arrived, so what the source denied was other connections. */
function fromDestination(subject: SeenKey, others: readonly SeenKey[]): BothEnds {
  const { key } = subject
  const sent = others.filter((other) => other.key.action !== 'Deny')
  const kept = others.filter((other) => other.key.action === 'Deny')
  const arrived = verdictParts(subject, AT_DESTINATION, destParts(key))
  const beside = inferredSentence(
    say`other connections between the same names never left at that time, of other pods or under another trace: ${verdictsParts(kept, AT_SOURCE, sourceParts(key))}.`,
  )
  const statements =
    sent.length === 0
      ? [inferredSentence(say`it reached the destination; ${arrived}.`), noRecord('source', key)]
      : [
          inferredSentence(say`it left ${sourceParts(key)}, ${verdictsParts(sent, AT_SOURCE)}; ${arrived}.`),
          ...caveats(subject, sent),
        ]
  return {
    subject: 'destination',
    source: viewOf('source', sent, sent.length === 0 ? 'unknown' : 'inferred'),
    destination: viewOf('destination', [subject], 'recorded'),
    statements: kept.length === 0 ? statements : [...statements, beside],
  }
}

/**
 * The two ends of a conversation, seen from the record `subject`. Of `candidates`, which may be any records, those of
 * the same conversation, the other reporter and the same time are matched.
 */
export function bothEnds(subject: SeenKey, candidates: Iterable<SeenKey>): BothEnds {
  const { reporter } = subject.key
  if (reporter !== 'Src' && reporter !== 'Dst') {
    const statement = notKnown(say`What the other end did`, say`the record does not say which end it is from`)
    return {
      subject: null,
      source: viewOf('source', [], 'unknown', 'verdict unknown'),
      destination: viewOf('destination', [], 'unknown', 'verdict unknown'),
      statements: [statement],
    }
  }
  const other = reporter === 'Src' ? 'Dst' : 'Src'
  const matches: SeenKey[] = []
  for (const candidate of candidates) {
    if (candidate.key.reporter !== other || !isSameConversation(candidate.key, subject.key)) continue
    if (meetInTime(subject, candidate) !== false) matches.push(candidate)
  }
  return reporter === 'Src' ? fromSource(subject, matches) : fromDestination(subject, matches)
}
