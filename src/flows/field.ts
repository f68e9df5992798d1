// Longer than 400 lines because it is one table.
/* oxlint-disable max-lines */
/**
 * The field registry: each thing that can be asked of a flow, declared once. Filters, completion, facets, columns,
 * export and help are made from this table.
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
import { decidingHit, isEndOfTier, namedPolicy, verdictChange, verdictOf } from './hit.ts'
import { displayName, storedKind, storedName, storedNamespace, storedWord } from './spelling.ts'

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

interface Described {
  /** What a heading or a menu calls it, in sentence case. */
  readonly title: string
  /** One line for the help. */
  readonly help: string
  /** Other names under which it is found when typed. */
  readonly aliases: readonly string[]
}

/** Texts of a key. A flow has the field's value v when `values` holds v; several for fields of either side or of hits. */
export interface TextField extends Described {
  readonly type: 'text'
  readonly id: TextFieldId
  readonly values: (subject: LabelledKey) => readonly string[]
  /** The whole list where it is closed. */
  readonly words?: readonly string[]
  /** The stored spelling of what somebody typed. */
  readonly stored?: (typed: string) => string
  /** How a stored value is shown. */
  readonly shown?: (stored: string) => string
}

/** Numbers of a key. */
export interface NumberField extends Described {
  readonly type: 'number'
  readonly id: NumberFieldId
  readonly values: (subject: LabelledKey) => readonly number[]
}

/** Labels `k=v` of one side or both; a question names the key: `src.label.app`. */
export interface LabelField extends Described {
  readonly type: 'label'
  readonly id: LabelFieldId
  readonly labels: (subject: LabelledKey) => readonly string[]
}

/** A sum of counters over the rows that a table row stands for. Null where it was not recorded. */
export interface MeasureField extends Described {
  readonly type: 'measure'
  readonly id: MeasureFieldId
  readonly unit: 'bytes' | 'count'
  readonly of: (counters: Counters) => number | null
}

/** How long ago it was last seen, in seconds. */
export interface AgeField extends Described {
  readonly type: 'age'
  readonly id: 'seen'
}

export type Field = TextField | NumberField | LabelField | MeasureField | AgeField

/** The word for a pending verdict that Felix did not compute. */
export const NOT_COMPUTED = 'not computed'

const VERDICTS = ACTIONS.slice(1)

function everyHit({ key }: LabelledKey): readonly PolicyHit[] {
  return [...key.policies.enforced, ...key.policies.pending]
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return values.length < 2 ? values : [...new Set(values)]
}

function recorded(value: string): readonly string[] {
  return value === '' ? [] : [value]
}

const namespaceSpelling = { stored: storedNamespace }
const nameSpelling = { stored: storedName, shown: displayName }
const TYPES = ENDPOINT_TYPES.slice(1)
const typeWords: ReadonlyMap<string, string> = new Map([
  ['pod', 'WorkloadEndpoint'],
  ['wep', 'WorkloadEndpoint'],
  ['hep', 'HostEndpoint'],
])
const typeSpelling = {
  words: TYPES,
  stored: (typed: string) => storedWord(TYPES, typeWords.get(typed.toLowerCase()) ?? typed),
}
const reporterWords: ReadonlyMap<string, string> = new Map([
  ['source', 'Src'],
  ['src', 'Src'],
  ['destination', 'Dst'],
  ['dest', 'Dst'],
  ['dst', 'Dst'],
])
const reporterShown: ReadonlyMap<string, string> = new Map([
  ['Src', 'source'],
  ['Dst', 'destination'],
])

function text(
  id: TextFieldId,
  title: string,
  help: string,
  values: TextField['values'],
  more: Partial<TextField> = {},
): TextField {
  return { type: 'text', id, title, help, values, aliases: [], ...more }
}

/** In the order in which help and menus list them. */
export const FIELDS: readonly Field[] = [
  text('action', 'Verdict', 'What the dataplane did: allow or deny.', ({ key }) => [key.action], {
    aliases: ['verdict'],
    words: VERDICTS,
    stored: (typed) => storedWord(VERDICTS, typed),
  }),
  text(
    'pending',
    'Pending verdict',
    'What would happen with the staged policies enforced: the action of the last pending hit.',
    ({ key }) => [verdictOf(key.policies.pending) ?? NOT_COMPUTED],
    {
      aliases: ['staged', 'pending.action'],
      words: [...VERDICTS, NOT_COMPUTED],
      stored: (typed) => storedWord([...VERDICTS, NOT_COMPUTED], typed),
    },
  ),
  text(
    'changed',
    'Verdict would change',
    'Whether the pending verdict differs from the enforced one: yes, no, or unknown when it was not computed.',
    ({ key }) => [verdictChange(key.policies)],
    {
      aliases: ['differs'],
      words: ['yes', 'no', 'unknown'],
      stored: (typed) => storedWord(['yes', 'no', 'unknown'], typed),
    },
  ),
  text(
    'reporter',
    'Reporter',
    'The end that measured it: source or destination.',
    ({ key }) => [key.reporter],
    {
      words: REPORTERS.slice(1),
      stored: (typed) => reporterWords.get(typed.toLowerCase()) ?? typed,
      shown: (stored) => reporterShown.get(stored) ?? stored,
    },
  ),
  text(
    'src.ns',
    'Source namespace',
    'Namespace of the source; - where there is none.',
    ({ key }) => [key.sourceNamespace],
    { aliases: ['source.ns', 'source.namespace', 'src.namespace', 'source_namespace'], ...namespaceSpelling },
  ),
  text(
    'src.name',
    'Source',
    'Name of the source: pods, host, network set or network.',
    ({ key }) => [key.sourceName],
    { aliases: ['src', 'source', 'source.name', 'source_name'], ...nameSpelling },
  ),
  text('src.type', 'Source type', 'What the source is.', ({ key }) => [key.sourceType], {
    aliases: ['source.type', 'source_type'],
    ...typeSpelling,
  }),
  {
    type: 'label',
    id: 'src.label',
    title: 'Source label',
    help: 'A label of the source, as src.label.KEY. A label that is not there is unknown: flows carry only what all their pods share.',
    aliases: ['source.label', 'src.labels'],
    labels: (subject) => subject.sourceLabels,
  },
  text(
    'dst.ns',
    'Destination namespace',
    'Namespace of the destination; - where there is none.',
    ({ key }) => [key.destNamespace],
    {
      aliases: [
        'dest.ns',
        'dest.namespace',
        'dst.namespace',
        'destination.ns',
        'destination.namespace',
        'dest_namespace',
      ],
      ...namespaceSpelling,
    },
  ),
  text(
    'dst.name',
    'Destination',
    'Name of the destination: pods, host, network set or network.',
    ({ key }) => [key.destName],
    {
      aliases: ['dst', 'dest', 'destination', 'dest.name', 'destination.name', 'dest_name'],
      ...nameSpelling,
    },
  ),
  text('dst.type', 'Destination type', 'What the destination is.', ({ key }) => [key.destType], {
    aliases: ['dest.type', 'destination.type', 'dest_type'],
    ...typeSpelling,
  }),
  {
    type: 'label',
    id: 'dst.label',
    title: 'Destination label',
    help: 'A label of the destination, as dst.label.KEY. A label that is not there is unknown: flows carry only what all their pods share.',
    aliases: ['dest.label', 'destination.label', 'dst.labels'],
    labels: (subject) => subject.destLabels,
  },
  text(
    'ns',
    'Namespace',
    'Namespace of either end.',
    ({ key }) => distinct([key.sourceNamespace, key.destNamespace]),
    {
      aliases: ['namespace'],
      ...namespaceSpelling,
    },
  ),
  text(
    'name',
    'Name',
    'Name of either end.',
    ({ key }) => distinct([key.sourceName, key.destName]),
    nameSpelling,
  ),
  text(
    'type',
    'Type',
    'What either end is.',
    ({ key }) => distinct([key.sourceType, key.destType]),
    typeSpelling,
  ),
  {
    type: 'label',
    id: 'label',
    title: 'Label',
    help: 'A label of either end, as label.KEY.',
    aliases: ['labels'],
    labels: (subject) => [...subject.sourceLabels, ...subject.destLabels],
  },
  text(
    'service',
    'Service',
    'Destination service; - where Felix did not know it.',
    ({ key }) => recorded(key.destServiceName),
    { aliases: ['svc', 'svc.name', 'dest_service_name'] },
  ),
  text(
    'svc.ns',
    'Service namespace',
    'Namespace of the destination service.',
    ({ key }) => recorded(key.destServiceNamespace),
    { aliases: ['service.ns', 'service.namespace'], ...namespaceSpelling },
  ),
  text('proto', 'Protocol', 'tcp, udp, icmp, icmp6, sctp, or a protocol number.', ({ key }) => [key.proto], {
    aliases: ['protocol'],
    stored: (typed) => typed.toLowerCase(),
  }),
  {
    type: 'number',
    id: 'port',
    title: 'Port',
    help: 'Destination port.',
    aliases: ['dst.port', 'dest.port', 'dport', 'dest_port'],
    values: ({ key }) => [key.destPort],
  },
  text(
    'policy',
    'Policy',
    'A policy of any hit, enforced or pending, or the trigger of an end of tier.',
    (subject) =>
      distinct(
        everyHit(subject)
          .map((hit) => namedPolicy(hit).name)
          .filter(Boolean),
      ),
    { aliases: ['policy.name'] },
  ),
  text(
    'decided',
    'Decided by',
    'The policy of the last enforced hit, or the trigger when a tier ended.',
    ({ key }) => {
      const hit = decidingHit(key.policies.enforced)
      return hit === undefined ? [] : recorded(namedPolicy(hit).name)
    },
    { aliases: ['decided.by', 'decider'] },
  ),
  text(
    'tier',
    'Tier',
    'Tier of any hit, enforced or pending.',
    (subject) =>
      distinct(
        everyHit(subject)
          .map((hit) => hit.tier)
          .filter(Boolean),
      ),
    { aliases: ['policy.tier'] },
  ),
  text(
    'kind',
    'Policy kind',
    'Kind of any hit, enforced or pending, or of the trigger of an end of tier. Short names (gnp, np, knp) too.',
    (subject) =>
      distinct(
        everyHit(subject).flatMap((hit) =>
          hit.trigger === null ? [hit.kind] : [hit.kind, hit.trigger.kind],
        ),
      ),
    {
      aliases: ['policy.kind'],
      words: POLICY_KINDS.slice(1),
      stored: (typed) => storedKind(POLICY_KINDS, typed),
    },
  ),
  text(
    'policy.ns',
    'Policy namespace',
    'Namespace of the policy of any hit, or of the trigger; cluster-scoped policies have none.',
    (subject) =>
      distinct(
        everyHit(subject)
          .map((hit) => namedPolicy(hit).namespace)
          .filter(Boolean),
      ),
    { aliases: ['policy.namespace'] },
  ),
  {
    type: 'number',
    id: 'rule',
    title: 'Rule',
    help: 'Rule of any hit, counted from 1. An end of tier has none.',
    aliases: [],
    values: (subject) =>
      distinct(
        everyHit(subject)
          .filter((hit) => !isEndOfTier(hit))
          .map((hit) => hit.ruleIndex + 1),
      ),
  },
  text('trigger', 'Trigger', 'The policy that an end of tier names.', (subject) =>
    distinct(everyHit(subject).flatMap((hit) => (hit.trigger === null ? [] : [hit.trigger.name]))),
  ),
  {
    type: 'measure',
    id: 'bytes',
    title: 'Bytes',
    help: 'Bytes in and out, as the reporter counts them.',
    aliases: [],
    unit: 'bytes',
    of: (counters) => counters.bytesIn + counters.bytesOut,
  },
  {
    type: 'measure',
    id: 'packets',
    title: 'Packets',
    help: 'Packets in and out, as the reporter counts them.',
    aliases: [],
    unit: 'count',
    of: (counters) => counters.packetsIn + counters.packetsOut,
  },
  {
    type: 'measure',
    id: 'conns',
    title: 'Connections',
    help: 'Connections started. Whisker records do not have it.',
    aliases: ['connections', 'attempts'],
    unit: 'count',
    of: (counters) => counters.numConnectionsStarted,
  },
  {
    type: 'age',
    id: 'seen',
    title: 'Last seen',
    help: 'How long ago, as seen < 5m: from the newest flow held in a capture, from now when live.',
    aliases: ['age', 'last.seen'],
  },
]

const byId: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.id, field]))
const byName: ReadonlyMap<string, Field> = new Map(
  FIELDS.flatMap((field) => [field.id, ...field.aliases].map((name) => [name, field] as const)),
)

/** The type of the field with that id. */
export type FieldById<Id extends FieldId> = Id extends TextFieldId
  ? TextField
  : Id extends NumberFieldId
    ? NumberField
    : Id extends LabelFieldId
      ? LabelField
      : Id extends MeasureFieldId
        ? MeasureField
        : AgeField

/** The field of an id; throws for an id that is not in the table, which the types rule out. */
export function fieldOf<Id extends FieldId>(id: Id): FieldById<Id> {
  const field = byId.get(id)
  if (field === undefined) throw new Error(`No field ${id} in the registry`)
  return field as FieldById<Id> // the map was made by id
}

/** The field that a typed name means, ids and aliases alike, letter case ignored. */
export function fieldNamed(typed: string): Field | undefined {
  return byName.get(typed.toLowerCase())
}
