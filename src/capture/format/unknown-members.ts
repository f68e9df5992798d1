/**
 * The members of a Goldmane record in JSON that this version does not know, as a newer Calico may write them. `convert`
 * writes them back, at the place in the record where they were.
 */
import { isObject, type Json } from './json-fields.ts'

/** A message of proto/goldmane/api.proto: its fields in camel case, those with messages in them apart. */
interface Message {
  readonly fields: ReadonlySet<string>
  readonly messages: Readonly<Record<string, () => Message>>
  /** Fields that hold a list of hits. */
  readonly hits: readonly string[]
}

function messageOf(
  fields: string,
  messages: Message['messages'] = {},
  hits: readonly string[] = [],
): Message {
  const names = [...fields.split(' '), ...Object.keys(messages), ...hits]
  return { fields: new Set(names.flatMap((name) => [name, snakeCase(name)])), messages, hits }
}

function snakeCase(name: string): string {
  return /^[a-z]/.test(name) ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name
}

const HIT: Message = messageOf('kind namespace name tier action policyIndex ruleIndex', {
  trigger: () => HIT,
})
const TRACE = messageOf('', {}, ['enforcedPolicies', 'pendingPolicies'])
const KEY = messageOf(
  'sourceName sourceNamespace sourceType destName destNamespace destType destPort destServiceName ' +
    'destServiceNamespace destServicePortName destServicePort proto reporter action',
  { policies: () => TRACE },
)
const FLOW = messageOf(
  'startTime endTime sourceLabels destLabels packetsIn packetsOut bytesIn bytesOut numConnectionsStarted ' +
    'numConnectionsCompleted numConnectionsLive',
  { Key: () => KEY },
)
/** No member of FlowResult but the flow is known to a `Flow`, so its id is written back too. */
const RESULT = messageOf('', { flow: () => FLOW })

/**
 * The unknown members of a record, each inside the objects that hold it, as members of a FlowResult; null when there are
 * none. `value` is what the line holds; `flow`: the object in it with the times and counters. Hits are in the order of
 * evaluation, as those of the flow that was read.
 */
export function unknownMembersOf(value: unknown, flow: Json): Json | null {
  const isResult = isObject(value) && value.flow === flow
  return unknownIn(isResult ? value : { flow }, RESULT)
}

function unknownIn(record: Json, message: Message): Json | null {
  const found: [string, unknown][] = Object.entries(record).filter(([name]) => !message.fields.has(name))
  for (const [name, inner] of Object.entries(message.messages)) {
    const value = member(record, name)
    const unknown = isObject(value) ? unknownIn(value, inner()) : null
    if (unknown !== null) found.push([name, unknown])
  }
  for (const name of message.hits) {
    const unknown = unknownInHits(member(record, name))
    if (unknown !== null) found.push([name, unknown])
  }
  return found.length === 0 ? null : Object.fromEntries(found)
}

function unknownInHits(value: unknown): readonly (Json | null)[] | null {
  if (!Array.isArray(value)) return null
  const hits = value
    .filter(isObject)
    .map((hit) => ({ index: Number(member(hit, 'policyIndex') ?? 0), unknown: unknownIn(hit, HIT) }))
  if (hits.every(({ unknown }) => unknown === null)) return null
  return hits.toSorted((a, b) => a.index - b.index).map(({ unknown }) => unknown)
}

function member(record: Json, name: string): unknown {
  return record[name] ?? record[snakeCase(name)]
}

/** The record, which was written from a flow, with the unknown members of the one that the flow was read from. */
export function withUnknownMembers(record: Json, unknown: Json): Json {
  const merged = Object.entries(unknown).map(([name, value]): [string, unknown] => [
    name,
    Object.hasOwn(record, name) ? mergedValue(record[name], value) : value,
  ])
  return { ...record, ...Object.fromEntries(merged) }
}

function mergedValue(written: unknown, unknown: unknown): unknown {
  if (isObject(written) && isObject(unknown)) return withUnknownMembers(written, unknown)
  if (Array.isArray(written) && Array.isArray(unknown)) {
    return written.map((item: unknown, i) => mergedValue(item, unknown[i]))
  }
  return written
}
