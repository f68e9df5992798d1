/** Checks the selectors of Calico's objects (`calico-semantics.md` 4.1). */
import type { ObjectHead } from './object-head.ts'
import { memberOf, type YamlNode } from './yaml-tree.ts'

const ONLY_GLOBAL = /^[ \t]*global\([ \t]*\)[ \t]*$/

/** Refuses a text that is no selector, and `global()` where the API does not take it. */
export function checkSelector(
  parent: YamlNode | undefined,
  name: string,
  path: string,
  { subject, cache }: ObjectHead,
  { mayBeGlobal = false } = {},
): void {
  const node = memberOf(parent, name)
  if (node?.is !== 'text') return
  const inner = `${path}.${name}`
  const error = cache.errorOf(node.text)
  if (error !== null) return subject.refuse(node, inner, `No selector: ${error.reason}`, error.offset)
  const global = node.text.indexOf('global(')
  if (global === -1) return
  if (!mayBeGlobal)
    subject.refuse(node, inner, 'global() may stand in the namespaceSelector of a rule alone', global)
  else if (!ONLY_GLOBAL.test(node.text))
    subject.refuse(node, inner, 'global() may not be combined with others', global)
}
