/**
 * Presets that exclude what an operator usually does not look for. An applied preset is an ordinary clause, visible in
 * the query and removable like any other, so that nothing is hidden silently.
 */
import type { FieldId } from '../../flows/field.ts'
import { exclude, release, valuesOf } from './clauses.ts'
import type { Expression } from './expression.ts'

export interface Preset {
  readonly id: 'dns' | 'system' | 'platform'
  readonly title: string
  /** One line that says which flows are left out. */
  readonly help: string
  readonly field: FieldId
  readonly values: readonly string[]
}

export const PRESETS: readonly Preset[] = [
  {
    id: 'dns',
    title: 'Hide DNS',
    help: 'Leaves out port 53. A denied lookup is left out too.',
    field: 'port',
    values: ['53'],
  },
  {
    id: 'system',
    title: 'Hide system namespaces',
    help: "Leaves out flows with an end in one of Kubernetes' own namespaces.",
    field: 'ns',
    values: ['kube-system', 'kube-public', 'kube-node-lease'],
  },
  {
    id: 'platform',
    title: 'Hide the platform',
    help: "Leaves out flows with an end in one of Calico's own namespaces.",
    field: 'ns',
    values: ['calico-system', 'calico-apiserver', 'tigera-operator'],
  },
]

/** The query with the preset's values excluded. */
export function applyPreset(expression: Expression, { field, values }: Preset): Expression {
  return values.reduce((query, value) => exclude(query, field, value), expression)
}

/** The query without the preset's exclusions; other exclusions of the field stay. */
export function removePreset(expression: Expression, { field, values }: Preset): Expression {
  return values.reduce((query, value) => release(query, field, value), expression)
}

/** Whether the query excludes all values of the preset. */
export function hasPreset(expression: Expression, { field, values }: Preset): boolean {
  const { excluded } = valuesOf(expression, field)
  return values.every((value) => excluded.includes(value))
}
