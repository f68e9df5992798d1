/** Turns label selectors of Kubernetes into the texts of Calico's (`calico-semantics.md` 3.7). */
import { ConversionError } from './conversion-error.ts'
import { shortened } from './object-schema.ts'
import type { SelectorCache } from './selector-cache.ts'
import { itemsAt, labelsAt, textAt, textsAt, type YamlNode } from './yaml-tree.ts'

const IS_POD = "projectcalico.org/orchestrator == 'k8s'"

/** Of pods, with the label that keeps host endpoints and network sets out. Without a selector, of all pods. */
export function podSelector(node: YamlNode | undefined, path: string, cache: SelectorCache): string {
  return [IS_POD, ...termsOf(node, path, cache)].join(' && ')
}

/** Of namespaces. A selector without terms is all of them; without a selector the text is empty. */
export function namespaceSelector(node: YamlNode | undefined, path: string, cache: SelectorCache): string {
  if (node === undefined) return ''
  return termsOf(node, path, cache).join(' && ') || 'all()'
}

function termsOf(node: YamlNode | undefined, path: string, cache: SelectorCache): readonly string[] {
  if (node === undefined) return []
  // The order of UTF-8's bytes in upstream; keys of labels are ASCII.
  const labels = Object.entries(labelsAt(node, 'matchLabels')).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const terms = [
    ...labels.map(([key, value]) => `${key} == '${value}'`),
    ...itemsAt(node, 'matchExpressions').map((item, i) => termOf(item, `${path}.matchExpressions[${i}]`)),
  ]
  for (const term of terms) {
    const error = cache.errorOf(term)
    if (error !== null)
      throw new ConversionError(node, path, `"${shortened(term)}" is no selector: ${error.reason}`)
  }
  return terms
}

function termOf(expression: YamlNode, path: string): string {
  const [key, operator, values] = [
    textAt(expression, 'key'),
    textAt(expression, 'operator'),
    textsAt(expression, 'values'),
  ]
  const hasValues = operator === 'In' || operator === 'NotIn'
  if (hasValues !== values.length > 0)
    throw new ConversionError(
      expression,
      path,
      `${shortened(operator)} ${hasValues ? 'needs' : 'has no'} values`,
    )
  const set = `{ '${values.join("', '")}' }`
  switch (operator) {
    case 'In':
      return `${key} in ${set}`
    case 'NotIn':
      return `${key} not in ${set}`
    case 'Exists':
      return `has(${key})`
    case 'DoesNotExist':
      return `! has(${key})`
    default:
      throw new ConversionError(expression, path, `There is no operator "${shortened(operator)}"`)
  }
}
