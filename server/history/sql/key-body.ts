/**
 * A key with its labels as one text, from which it comes back exactly: JSON, because protobuf would replace lone
 * surrogates and the texts of enum values that this version does not know.
 */
import type { FlowKey, LabelledKey, PolicyHit } from '../../../src/flows/flow.ts'
import { KEY_FIELDS } from '../../../src/flows/identity.ts'
import { HistoryError } from '../history-error.ts'

/** Stands first in a body, so that another form can follow it one day. */
const FORM = 1

const HIT_FIELDS = [
  'kind',
  'namespace',
  'name',
  'tier',
  'action',
  'policyIndex',
  'ruleIndex',
] as const satisfies readonly (keyof PolicyHit)[]

/** The fields that are numbers; all others are texts. */
const NUMBERS: ReadonlySet<string> = new Set<keyof FlowKey | keyof PolicyHit>([
  'destPort',
  'destServicePort',
  'policyIndex',
  'ruleIndex',
])

function hitValues(hit: PolicyHit): readonly unknown[] {
  return [...HIT_FIELDS.map((field) => hit[field]), hit.trigger && hitValues(hit.trigger)]
}

/** Where the two traces stand in a body, counted from 1. */
export const BODY_PLACES = { enforced: 3, pending: 4 } as const

export function encodeBody({ key, sourceLabels, destLabels }: LabelledKey): string {
  const { enforced, pending } = key.policies
  return JSON.stringify([
    FORM,
    KEY_FIELDS.map((field) => key[field]),
    enforced.map(hitValues),
    pending.map(hitValues),
    sourceLabels,
    destLabels,
  ])
}

/** Throws {@link HistoryError} `damaged` for a text that {@link encodeBody} did not write. */
export function decodeBody(body: string): LabelledKey {
  const [form, fields, enforced, pending, sourceLabels, destLabels] = listOf(parsed(body), 6)
  if (form !== FORM) throw damaged()
  return {
    key: {
      ...(record(KEY_FIELDS, listOf(fields, KEY_FIELDS.length)) as unknown as FlowKey), // of these fields, each of its type
      policies: { enforced: listOf(enforced).map(hitOf), pending: listOf(pending).map(hitOf) },
    },
    sourceLabels: listOf(sourceLabels).map(textOf),
    destLabels: listOf(destLabels).map(textOf),
  }
}

function hitOf(value: unknown): PolicyHit {
  const values = listOf(value, HIT_FIELDS.length + 1)
  const trigger = values.at(-1)
  return {
    ...(record(HIT_FIELDS, values.slice(0, -1)) as unknown as PolicyHit), // of these fields, each of its type
    trigger: trigger === null ? null : hitOf(trigger),
  }
}

function record(fields: readonly string[], values: readonly unknown[]): Record<string, string | number> {
  return Object.fromEntries(
    fields.map((field, i) => [field, NUMBERS.has(field) ? numberOf(values[i]) : textOf(values[i])]),
  )
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw damaged()
  }
}

function listOf(value: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) throw damaged()
  return value
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw damaged()
  return value
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number') throw damaged()
  return value
}

function damaged(): HistoryError {
  return new HistoryError('damaged', 'A key of the history has a form that this version does not read')
}
