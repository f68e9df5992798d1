/**
 * The actions on a value wherever the screen shows it: in a cell, as a label, in a hit. A change of the view is pushed
 * to the browser's history, so that the back button undoes it.
 */
import { exclude, include, only } from '../../filter/tree/clauses.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { type FieldId, fieldOf } from '../../flows/field.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import { displayNamespace, NO_NAMESPACE } from '../../flows/spelling.ts'
import { formatAge } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { View } from './view.ts'

/** A value of a field, in stored spelling. */
export interface FieldValue {
  readonly field: FieldId
  /** The label's key, for the label fields. */
  readonly label?: string
  readonly value: string
}

export type FilterActionId = 'is' | 'is-not' | 'only' | 'either' | 'around' | 'copy'

export interface FilterAction {
  readonly id: FilterActionId
  readonly title: string
  /** A change of the view, or a text to copy. */
  readonly does:
    | { readonly kind: 'change'; readonly change: Partial<View> }
    | { readonly kind: 'copy'; readonly text: string }
  /** Whether the view is as the action would make it. */
  readonly idle: boolean
}

/** The actions on one value, under its name. */
export interface FilterActions {
  readonly subject: FieldValue
  /** "Source namespace" */
  readonly title: string
  /** The value as the screen shows it. */
  readonly shown: string
  readonly actions: readonly FilterAction[]
}

/** Seconds before and after a flow that `around` shows. */
const AROUND_SECONDS = 120

/** The field that matches either end, by the field of one end. */
const EITHER: Partial<Record<FieldId, FieldId>> = {
  'src.ns': 'ns',
  'dst.ns': 'ns',
  'src.name': 'name',
  'dst.name': 'name',
  'src.type': 'type',
  'dst.type': 'type',
  'src.label': 'label',
  'dst.label': 'label',
}

/** Fields of an end's or a service's namespace, where `-` and the empty text say that there is none. */
const NAMESPACES: ReadonlySet<FieldId> = new Set<FieldId>(['src.ns', 'dst.ns', 'ns', 'svc.ns'])

/** The value as every part of the screen shows it, with control characters made visible. */
export function shownValue({ field, value }: FieldValue): string {
  const registered = fieldOf(field)
  if (NAMESPACES.has(field)) return displayNamespace(value)
  if (field === 'port' && value === '0') return 'no port recorded'
  const shown = registered.type === 'text' ? (registered.shown?.(value) ?? value) : value
  return visibleText(shown === '-' ? NO_NAMESPACE : shown)
}

/** A flow's values of a field. None for counters, age and labels: a filter for one exact value of them is no use. */
export function valuesIn(field: FieldId, subject: LabelledKey): readonly FieldValue[] {
  const registered = fieldOf(field)
  if (registered.type !== 'text' && registered.type !== 'number') return []
  return registered.values(subject).map((value) => ({ field, value: String(value) }))
}

/** The value of a label field for a label `k=v`. */
export function labelValue(field: 'src.label' | 'dst.label', label: string): FieldValue {
  const at = label.indexOf('=')
  return at < 0
    ? { field, label, value: '' }
    : { field, label: label.slice(0, at), value: label.slice(at + 1) }
}

/**
 * All actions on a value. "Copy value" copies it as it is shown: a control character that is pasted into a terminal would
 * be obeyed there, so a copy has it as visibly as the screen does. The raw record has the name itself, as JSON escapes.
 */
export function actionsOn(subject: FieldValue, { filter }: Pick<View, 'filter'>): FilterActions {
  const { field, label, value } = subject
  const shown = shownValue(subject)
  const change = (id: FilterActionId, title: string, next: Expression): FilterAction => ({
    id,
    title,
    does: { kind: 'change', change: { filter: next } },
    idle: sameExpression(next, filter),
  })
  const either = EITHER[field]
  const added = include(filter, field, value, label)
  const alone = only(filter, field, value, label)
  // Where other values of the field are asked for, adding one is not the same as asking for it alone.
  const isAlone = sameExpression(added, alone)
  return {
    subject,
    title: label === undefined ? fieldOf(field).title : `${fieldOf(field).title} ${visibleText(label)}`,
    shown,
    actions: [
      change('is', isAlone ? `Only ${shown}` : `Also ${shown}`, added),
      change('is-not', `Without ${shown}`, exclude(filter, field, value, label)),
      ...(isAlone ? [] : [change('only', `Only ${shown}`, alone)]),
      ...(either === undefined
        ? []
        : [change('either', `Either side is ${shown}`, include(filter, either, value, label))]),
      { id: 'copy', title: 'Copy value', does: { kind: 'copy', text: shown }, idle: false },
    ],
  }
}

/**
 * The action that narrows the time to the end of a flow, ± 2 min, or to the last sum of it where records are sums. Null
 * where the capture has no times.
 */
export function aroundAction(
  { firstSeen, lastSeen }: { readonly firstSeen: number; readonly lastSeen: number },
  recordSeconds: number = BUCKET_SECONDS,
): FilterAction | null {
  if (lastSeen === 0) return null
  const isSum = recordSeconds > BUCKET_SECONDS
  const around = isSum ? 0 : AROUND_SECONDS
  // Of a long flow the last record: all of it might be the whole hour.
  const from = Math.max(firstSeen, lastSeen - recordSeconds) - around
  return {
    id: 'around',
    title: isSum ? `Flows of the same ${formatAge(recordSeconds)}` : 'Flows around this one, ± 2 min',
    does: { kind: 'change', change: { time: { from: Math.max(0, from), to: lastSeen + around } } },
    idle: false,
  }
}
