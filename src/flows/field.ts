// Longer than 300 lines because it is one table: an entry for each field, which a reader looks up by its id.
/* oxlint-disable max-lines */
/**
 * The field registry: every property of a flow that a query can name, declared once. Filters, completion, facets,
 * columns and export are generated from this table.
 */
import {
  ACTIONS,
  type Counters,
  ENDPOINT_TYPES,
  type LabelledKey,
  POLICY_KINDS,
  type PolicyHit,
  REPORTERS,
} from './flow.ts'
import { bytesOf, packetsOf } from './counters.ts'
import { decidingHit, isEndOfTier, isFinal, namedPolicy, verdictChange, verdictOf } from './hit.ts'
import {
  spelledName,
  storedKind,
  storedName,
  storedNamespace,
  storedProtocol,
  storedWord,
} from './spelling.ts'

export type TextFieldId =
  | 'action'
  | 'pending'
  | 'changed'
  | 'reporter'
  | 'src.ns'
  | 'src.name'
  | 'src.type'
  | 'dst.ns'
  | 'dst.name'
  | 'dst.type'
  | 'ns'
  | 'name'
  | 'type'
  | 'service'
  | 'svc.ns'
  | 'proto'
  | 'policy'
  | 'decided'
  | 'tier'
  | 'kind'
  | 'policy.ns'
  | 'trigger'
export type NumberFieldId = 'port' | 'rule'
export type LabelFieldId = 'src.label' | 'dst.label' | 'label'
export type MeasureFieldId = 'bytes' | 'packets' | 'conns'
export type FieldId = TextFieldId | NumberFieldId | LabelFieldId | MeasureFieldId | 'seen'

interface FieldDescription {
  /** The name in headings and menus, in sentence case. */
  readonly title: string
  /** Other names that the query language accepts, compared without letter case. */
  readonly aliases: readonly string[]
}

/**
 * A text of the key. It has several values where it is about either end or about all hits; a query matches any of them.
 */
export interface TextField extends FieldDescription {
  readonly type: 'text'
  readonly id: TextFieldId
  readonly values: (subject: LabelledKey) => readonly string[]
  /** All possible values, for a field whose values are a closed list. */
  readonly words?: readonly string[]
  /** Converts a typed spelling to the stored one. */
  readonly stored?: (typed: string) => string
  /** Converts a stored value to the spelling that is shown. */
  readonly shown?: (stored: string) => string
}

/** A number of the key, with several values where it is about all hits. */
export interface NumberField extends FieldDescription {
  readonly type: 'number'
  readonly id: NumberFieldId
  readonly values: (subject: LabelledKey) => readonly number[]
}

/** Labels `k=v` of one end or both. A query names the label key: `src.label.app`. */
export interface LabelField extends FieldDescription {
  readonly type: 'label'
  readonly id: LabelFieldId
  readonly labels: (subject: LabelledKey) => readonly string[]
}

/** A sum of counters over the records of a table row; null where the format does not record them. */
export interface MeasureField extends FieldDescription {
  readonly type: 'measure'
  readonly id: MeasureFieldId
  readonly unit: 'bytes' | 'count'
  readonly of: (counters: Counters) => number | null
}

/** The age of the newest record of a table row, in seconds. */
export interface AgeField extends FieldDescription {
  readonly type: 'age'
  readonly id: 'seen'
}

export type Field = TextField | NumberField | LabelField | MeasureField | AgeField

/** The value of the pending verdict when Felix did not compute it. */
export const NOT_COMPUTED = 'not computed'

const VERDICTS = ACTIONS.slice(1)

function allHits({ key }: LabelledKey): readonly PolicyHit[] {
  return [...key.policies.enforced, ...key.policies.pending]
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return values.length < 2 ? values : [...new Set(values)]
}

function ifRecorded(value: string): readonly string[] {
  return value === '' ? [] : [value]
}

const namespaceSpelling = { stored: storedNamespace }
const nameSpelling = { stored: storedName, shown: spelledName }
const TYPES = ENDPOINT_TYPES.slice(1)
const TYPE_OF_WORD: ReadonlyMap<string, string> = new Map([
  ['pod', 'WorkloadEndpoint'],
  ['wep', 'WorkloadEndpoint'],
  ['hep', 'HostEndpoint'],
])
const typeSpelling = {
  words: TYPES,
  stored: (typed: string) => storedWord(TYPES, TYPE_OF_WORD.get(typed.toLowerCase()) ?? typed),
}
const REPORTER_OF_WORD: ReadonlyMap<string, string> = new Map([
  ['source', 'Src'],
  ['src', 'Src'],
  ['destination', 'Dst'],
  ['dest', 'Dst'],
  ['dst', 'Dst'],
])
const SHOWN_REPORTER: ReadonlyMap<string, string> = new Map([
  ['Src', 'source'],
  ['Dst', 'destination'],
])

function text(
  id: TextFieldId,
  title: string,
  values: TextField['values'],
  more: Partial<TextField> = {},
): TextField {
  return { type: 'text', id, title, values, aliases: [], ...more }
}

/** All fields, in the order of menus. A comment says what a title leaves open: as data it would be in the first load. */
export const FIELDS: readonly Field[] = [
  // What the dataplane did: allow or deny. With its direction: verdict = denied-leaving, denied-entering.
  text('action', 'Verdict', ({ key }) => [key.action], {
    aliases: ['verdict'],
    words: VERDICTS,
    stored: (typed) => storedWord(VERDICTS, typed),
  }),
  // What would happen with the staged policies enforced: the action of the last pending hit.
  text('pending', 'Pending verdict', ({ key }) => [verdictOf(key.policies.pending) ?? NOT_COMPUTED], {
    aliases: ['staged', 'pending.action'],
    words: [...VERDICTS, NOT_COMPUTED],
    stored: (typed) => storedWord([...VERDICTS, NOT_COMPUTED], typed),
  }),
  // Whether the pending verdict differs from the enforced one: yes, no, or unknown when one of the two traces does not
  // say.
  text('changed', 'Verdict would change', ({ key }) => [verdictChange(key.policies)], {
    aliases: ['differs'],
    words: ['yes', 'no', 'unknown'],
    stored: (typed) => storedWord(['yes', 'no', 'unknown'], typed),
  }),
  // The end that measured it: source or destination.
  text('reporter', 'Reporter', ({ key }) => [key.reporter], {
    words: REPORTERS.slice(1),
    stored: (typed) => REPORTER_OF_WORD.get(typed.toLowerCase()) ?? typed,
    shown: (stored) => SHOWN_REPORTER.get(stored) ?? stored,
  }),
  // Namespace of the source; - where there is none.
  text('src.ns', 'Source namespace', ({ key }) => [key.sourceNamespace], {
    aliases: ['source.ns', 'source.namespace', 'src.namespace', 'source_namespace'],
    ...namespaceSpelling,
  }),
  // Name of the source: pods, host, network set or network.
  text('src.name', 'Source', ({ key }) => [key.sourceName], {
    aliases: ['src', 'source', 'source.name', 'source_name'],
    ...nameSpelling,
  }),
  text('src.type', 'Source type', ({ key }) => [key.sourceType], {
    aliases: ['source.type', 'source_type'],
    ...typeSpelling,
  }),
  // A label of the source, as src.label.KEY. Records carry only the labels that all their pods share; single pods may
  // have more.
  {
    type: 'label',
    id: 'src.label',
    title: 'Source label',
    aliases: ['source.label', 'src.labels'],
    labels: (subject) => subject.sourceLabels,
  },
  // Namespace of the destination; - where there is none.
  text('dst.ns', 'Destination namespace', ({ key }) => [key.destNamespace], {
    aliases: [
      'dest.ns',
      'dest.namespace',
      'dst.namespace',
      'destination.ns',
      'destination.namespace',
      'dest_namespace',
    ],
    ...namespaceSpelling,
  }),
  // Name of the destination: pods, host, network set or network.
  text('dst.name', 'Destination', ({ key }) => [key.destName], {
    aliases: ['dst', 'dest', 'destination', 'dest.name', 'destination.name', 'dest_name'],
    ...nameSpelling,
  }),
  text('dst.type', 'Destination type', ({ key }) => [key.destType], {
    aliases: ['dest.type', 'destination.type', 'dest_type'],
    ...typeSpelling,
  }),
  // A label of the destination, as dst.label.KEY. Records carry only the labels that all their pods share; single pods
  // may have more.
  {
    type: 'label',
    id: 'dst.label',
    title: 'Destination label',
    aliases: ['dest.label', 'destination.label', 'dst.labels'],
    labels: (subject) => subject.destLabels,
  },
  text('ns', 'Namespace', ({ key }) => distinct([key.sourceNamespace, key.destNamespace]), {
    aliases: ['namespace'],
    ...namespaceSpelling,
  }),
  text('name', 'Name', ({ key }) => distinct([key.sourceName, key.destName]), nameSpelling),
  text('type', 'Type', ({ key }) => distinct([key.sourceType, key.destType]), typeSpelling),
  // A label of either end, as label.KEY.
  {
    type: 'label',
    id: 'label',
    title: 'Label',
    aliases: ['labels'],
    labels: (subject) => [...subject.sourceLabels, ...subject.destLabels],
  },
  // Destination service; - where Felix did not know it.
  text('service', 'Service', ({ key }) => ifRecorded(key.destServiceName), {
    aliases: ['svc', 'svc.name', 'dest_service_name'],
  }),
  text('svc.ns', 'Service namespace', ({ key }) => ifRecorded(key.destServiceNamespace), {
    aliases: ['service.ns', 'service.namespace'],
    ...namespaceSpelling,
  }),
  // tcp, udp, icmp, icmp6, sctp, or a protocol number.
  text('proto', 'Protocol', ({ key }) => [key.proto], {
    aliases: ['protocol'],
    stored: storedProtocol,
  }),
  // Destination port. A range has two conditions: port >= 80 and port <= 90.
  {
    type: 'number',
    id: 'port',
    title: 'Port',
    aliases: ['dst.port', 'dest.port', 'dport', 'dest_port'],
    values: ({ key }) => [key.destPort],
  },
  // A policy of any hit, enforced or pending, or the trigger of an end of tier.
  text(
    'policy',
    'Policy',
    (subject) =>
      distinct(
        allHits(subject)
          .map((hit) => namedPolicy(hit).name)
          .filter(Boolean),
      ),
    { aliases: ['policy.name'] },
  ),
  // The policy of the enforced hit that decided, or the one named when no rule of a tier allowed it.
  text(
    'decided',
    'Decided by',
    ({ key }) => {
      const hit = decidingHit(key.policies.enforced)
      // The last hit decides nothing where it passes. A verdict that contradicts it is not looked at: a field of the
      // trace has its values by the trace alone.
      return hit === undefined || !isFinal(hit.action) ? [] : ifRecorded(namedPolicy(hit).name)
    },
    { aliases: ['decided.by', 'decider'] },
  ),
  // Tier of any hit, enforced or pending.
  text(
    'tier',
    'Tier',
    (subject) =>
      distinct(
        allHits(subject)
          .map((hit) => hit.tier)
          .filter(Boolean),
      ),
    { aliases: ['policy.tier'] },
  ),
  // Kind of any hit, enforced or pending, or of the trigger of an end of tier. Short names (gnp, np, knp) too.
  text(
    'kind',
    'Policy kind',
    (subject) =>
      distinct(
        allHits(subject).flatMap((hit) => (hit.trigger === null ? [hit.kind] : [hit.kind, hit.trigger.kind])),
      ),
    {
      aliases: ['policy.kind'],
      words: POLICY_KINDS.slice(1),
      stored: (typed) => storedKind(POLICY_KINDS, typed),
    },
  ),
  // Namespace of the policy of any hit, or of the trigger; cluster-scoped policies have none.
  text(
    'policy.ns',
    'Policy namespace',
    (subject) =>
      distinct(
        allHits(subject)
          .map((hit) => namedPolicy(hit).namespace)
          .filter(Boolean),
      ),
    { aliases: ['policy.namespace'] },
  ),
  // Rule of any hit, counted from 1. An end of tier has none.
  {
    type: 'number',
    id: 'rule',
    title: 'Rule',
    aliases: [],
    values: (subject) =>
      distinct(
        allHits(subject)
          .filter((hit) => !isEndOfTier(hit))
          .map((hit) => hit.ruleIndex + 1),
      ),
  },
  // The policy that an end of tier names.
  text('trigger', 'Trigger', (subject) =>
    distinct(allHits(subject).flatMap((hit) => (hit.trigger === null ? [] : [hit.trigger.name]))),
  ),
  // Bytes in and out, as the reporter counts them.
  {
    type: 'measure',
    id: 'bytes',
    title: 'Bytes',
    aliases: [],
    unit: 'bytes',
    of: bytesOf,
  },
  // Packets in and out, as the reporter counts them.
  {
    type: 'measure',
    id: 'packets',
    title: 'Packets',
    aliases: [],
    unit: 'count',
    of: packetsOf,
  },
  // Connections started. Whisker records do not have it.
  {
    type: 'measure',
    id: 'conns',
    title: 'Connections',
    aliases: ['connections', 'attempts'],
    unit: 'count',
    of: (counters) => counters.numConnectionsStarted,
  },
  // How long ago, as seen < 5m: from the newest record held in a capture, from now when live.
  {
    type: 'age',
    id: 'seen',
    title: 'Last seen',
    aliases: ['age', 'last.seen'],
  },
]

const byId: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.id, field]))
const byName: ReadonlyMap<string, Field> = new Map(
  FIELDS.flatMap((field) => [field.id, ...field.aliases].map((name) => [name, field] as const)),
)

/** The type of the field with an id. */
export type FieldById<Id extends FieldId> = Id extends TextFieldId
  ? TextField
  : Id extends NumberFieldId
    ? NumberField
    : Id extends LabelFieldId
      ? LabelField
      : Id extends MeasureFieldId
        ? MeasureField
        : AgeField

/** Returns the field of an id. */
export function fieldOf<Id extends FieldId>(id: Id): FieldById<Id> {
  const field = byId.get(id)
  if (field === undefined) throw new Error(`No field ${id} in the registry`)
  return field as FieldById<Id> // byId maps each id to its field
}

/** Returns the field of a typed id or alias, compared without letter case. */
export function fieldNamed(typed: string): Field | undefined {
  return byName.get(typed.toLowerCase())
}
