/** The labels that selectors ask for, and the namespace that one names. */
import { unreachable } from '../../lib/assert.ts'
import type { Selector } from './selector.ts'

/** The labels that a selector asks for, with repetitions. */
export function labelsOf(selector: Selector): readonly string[] {
  switch (selector.is) {
    case 'all':
    case 'global':
      return []
    case 'has':
    case 'compare':
    case 'set':
      return [selector.label]
    case 'not':
      return labelsOf(selector.operand)
    case 'and':
    case 'or':
      return selector.operands.flatMap(labelsOf)
    default:
      return unreachable(selector, 'selector')
  }
}

export const NAMESPACE_LABEL = 'projectcalico.org/namespace'
const SERVICE_ACCOUNT_LABEL = 'projectcalico.org/serviceaccount'

/** Labels that always have the value of another one: the names of the namespace and of the service account. */
export const SAME_LABELS: ReadonlyMap<string, string> = new Map([
  ['pcns.projectcalico.org/name', NAMESPACE_LABEL],
  ['pcns.kubernetes.io/metadata.name', NAMESPACE_LABEL],
  ['pcsa.projectcalico.org/name', SERVICE_ACCOUNT_LABEL],
])

/** The selector with other labels in place of its own. */
export function withLabels(selector: Selector, labelFor: (label: string) => string): Selector {
  switch (selector.is) {
    case 'all':
    case 'global':
      return selector
    case 'has':
    case 'compare':
    case 'set':
      return { ...selector, label: labelFor(selector.label) }
    case 'not':
      return { is: 'not', operand: withLabels(selector.operand, labelFor) }
    case 'and':
    case 'or':
      return {
        is: selector.is,
        operands: selector.operands.map((operand) => withLabels(operand, labelFor)),
      }
    default:
      return unreachable(selector, 'selector')
  }
}

/** The selector with one label for each name, so that selectors of one namespace can be told to be about the same. */
export function withOneNameLabel(selector: Selector): Selector {
  return withLabels(selector, (label) => SAME_LABELS.get(label) ?? label)
}

/** The namespace that a selector names as one of its conditions; null where it names none. */
export function namespaceOf(selector: Selector): string | null {
  if (selector.is === 'compare') {
    const label = SAME_LABELS.get(selector.label) ?? selector.label
    return label === NAMESPACE_LABEL && selector.operator === '==' ? selector.value : null
  }
  if (selector.is !== 'and') return null
  for (const operand of selector.operands) {
    const namespace = namespaceOf(operand)
    if (namespace !== null) return namespace
  }
  return null
}
