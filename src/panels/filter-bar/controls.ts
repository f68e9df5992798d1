/** The controls of the filter bar, each for one or more fields of the registry. */
import { valuesOf } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'

export interface Control {
  readonly title: string
  /** Its tabs; the first one is selected at first. */
  readonly fields: readonly FieldId[]
}

export const CONTROLS: readonly Control[] = [
  { title: 'Source', fields: ['src.ns', 'src.name'] },
  { title: 'Destination', fields: ['dst.ns', 'dst.name', 'service'] },
  { title: 'Either end', fields: ['ns', 'name'] },
  { title: 'Verdict', fields: ['action', 'pending', 'changed'] },
  { title: 'Policy', fields: ['policy', 'tier', 'kind', 'policy.ns', 'decided'] },
  { title: 'Reporter', fields: ['reporter'] },
  { title: 'Port', fields: ['port', 'proto'] },
]

/** The number of values of a control's fields that the filter includes or excludes. */
export function usedOf({ fields }: Control, filter: Expression): number {
  return fields.reduce((sum, field) => {
    const { included, excluded } = valuesOf(filter, field)
    return sum + included.length + excluded.length
  }, 0)
}
