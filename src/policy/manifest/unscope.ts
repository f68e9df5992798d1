/** Takes selectors apart that {@link import('./scope-policy.ts')} has put together, for printing them as manifests. */
import { unreachable } from '../../lib/assert.ts'
import { printSelector } from '../selector/canonical.ts'
import type { Selector } from '../selector/selector.ts'

const NAMESPACE_LABEL = 'projectcalico.org/namespace'
const NAMESPACE_PREFIX = 'pcns.'
const SERVICE_ACCOUNT_PREFIX = 'pcsa.'

export interface SelectorTexts {
  readonly selector?: string
  readonly namespaceSelector?: string
  readonly serviceAccountSelector?: string
}

/** The selectors of a policy in a namespace, which says the namespace itself. */
export function unscopePolicy(selector: Selector, namespace: string): SelectorTexts {
  if (namespace === '') return selector.is === 'all' ? {} : { selector: printSelector(selector) }
  if (isNamespace(selector, namespace)) return {}
  const [first, last] = pairOf(selector)
  if (first === null || last === null) return { selector: printSelector(selector) }
  if (isNamespace(last, namespace)) return { selector: printSelector(first) }
  const accounts = withoutPrefix(last, SERVICE_ACCOUNT_PREFIX)
  if (accounts === null) return { selector: printSelector(selector) }
  return { ...unscopePolicy(first, namespace), serviceAccountSelector: printSelector(accounts) }
}

/** The selectors of an end of a rule. A selector may name the labels of service accounts, but escapes no namespace. */
export function unscopeEnd(
  selector: Selector | null,
  notSelector: Selector | null,
  namespace: string,
): SelectorTexts {
  if (selector === null) return {}
  if (namespace === '') return { selector: printSelector(selector) }
  // A notSelector alone is scoped to the policy's namespace.
  if (isNamespace(selector, namespace) && notSelector !== null) return {}
  const [first, last] = pairOf(selector)
  if (first !== null && last !== null) {
    if (isNamespace(first, namespace)) return { selector: printSelector(last) }
    const scope = namespaceSelectorOf(first)
    if (scope !== null) return { namespaceSelector: scope, selector: printSelector(last) }
  }
  const scope = namespaceSelectorOf(selector)
  if (scope !== null) return { namespaceSelector: scope }
  return { namespaceSelector: 'all()', selector: printSelector(selector) }
}

/** The operands of an `and` that has two. */
function pairOf(selector: Selector): readonly [Selector | null, Selector | null] {
  const [first = null, last = null, ...others] = selector.is === 'and' ? selector.operands : []
  return others.length > 0 ? [null, null] : [first, last]
}

function isNamespace(selector: Selector, namespace: string): boolean {
  if (selector.is !== 'compare' || selector.operator !== '==') return false
  return selector.label === NAMESPACE_LABEL && selector.value === namespace
}

/** The text of a namespaceSelector that scoping gives this for; null where none does. */
function namespaceSelectorOf(selector: Selector): string | null {
  if (selector.is === 'not' && isAnyNamespace(selector.operand)) return 'global()'
  const plain = withoutPrefix(selector, NAMESPACE_PREFIX)
  return plain === null ? null : printSelector(plain)
}

function isAnyNamespace(selector: Selector): boolean {
  return selector.is === 'has' && selector.label === NAMESPACE_LABEL
}

/** The selector without a prefix that each of its labels has; null where one has it not. */
function withoutPrefix(selector: Selector, prefix: string): Selector | null {
  switch (selector.is) {
    case 'all':
    case 'global':
      return prefix === NAMESPACE_PREFIX ? null : selector
    case 'has':
    case 'compare':
    case 'set':
      if (prefix === NAMESPACE_PREFIX && isAnyNamespace(selector)) return { is: 'all' }
      return selector.label.startsWith(prefix)
        ? { ...selector, label: selector.label.slice(prefix.length) }
        : null
    case 'not': {
      const operand = withoutPrefix(selector.operand, prefix)
      return operand === null ? null : { is: 'not', operand }
    }
    case 'and':
    case 'or': {
      const operands = selector.operands.map((operand) => withoutPrefix(operand, prefix))
      return operands.every((operand) => operand !== null) ? { is: selector.is, operands } : null
    }
    default:
      return unreachable(selector, 'selector')
  }
}
