/**
 * Scopes a policy's selectors to namespaces and service accounts, text by text, as Calico does
 * (libcalico-go/lib/backend/syncersv1/updateprocessors; `calico-semantics.md` 3.8).
 */
import { printSelector } from '../selector/canonical.ts'
import { withLabels } from '../selector/selector-labels.ts'
import type { Policy, Rule, RuleEnd } from './policy.ts'
import type { PolicySpec, SpecEnd, SpecRule } from './policy-spec.ts'
import type { SelectorCache } from './selector-cache.ts'

const NAMESPACE_LABEL = 'projectcalico.org/namespace'
const SERVICE_ACCOUNT_LABEL = 'projectcalico.org/serviceaccount'
const NAMESPACE_PREFIX = 'pcns.'
const SERVICE_ACCOUNT_PREFIX = 'pcsa.'

/** The policy as Felix receives it. Throws SelectorError for a combination that is no selector. */
export function scopePolicy(spec: PolicySpec, cache: SelectorCache): Policy {
  const { namespaceSelector: _, serviceAccountSelector: __, ingress, egress, ...rest } = spec
  const rulesOf = (rules: readonly SpecRule[] | null) =>
    rules?.map((rule) => scopeRule(rule, spec.namespace, cache)) ?? null
  return {
    ...rest,
    selector: cache.parse(policySelector(spec, cache)),
    ingress: rulesOf(ingress),
    egress: rulesOf(egress),
  }
}

/** The text of a policy's whole selector. */
export function policySelector(spec: PolicySpec, cache: SelectorCache): string {
  const { namespace, namespaceSelector, serviceAccountSelector } = spec
  let { selector } = spec
  if (namespace !== '') {
    selector = conjoin(selector, `${NAMESPACE_LABEL} == '${namespace}'`)
    return conjoin(selector, prefixed(serviceAccountSelector, SERVICE_ACCOUNT_PREFIX, cache))
  }
  // Calico replaces `all()` in the whole text: also in the policy's own selector, and within quotes.
  if (namespaceSelector !== '')
    selector = conjoin(selector, prefixed(namespaceSelector, NAMESPACE_PREFIX, cache)).replaceAll(
      'all()',
      `has(${NAMESPACE_LABEL})`,
    )
  if (serviceAccountSelector !== '')
    selector = conjoin(selector, prefixed(serviceAccountSelector, SERVICE_ACCOUNT_PREFIX, cache)).replaceAll(
      'all()',
      `has(${SERVICE_ACCOUNT_LABEL})`,
    )
  return selector
}

/** Both terms; one that is empty is left out. */
function conjoin(selector: string, term: string): string {
  if (term === '') return selector
  return selector === '' ? term : `(${selector}) && ${term}`
}

export function scopeRule(rule: SpecRule, namespace: string, cache: SelectorCache): Rule {
  return {
    ...rule,
    source: scopeEnd(rule.source, namespace, cache),
    destination: scopeEnd(rule.destination, namespace, cache),
  }
}

function scopeEnd(end: SpecEnd, namespace: string, cache: SelectorCache): RuleEnd {
  const selector = endSelector(end, namespace, cache)
  return {
    nets: end.nets,
    notNets: end.notNets,
    ports: end.ports,
    notPorts: end.notPorts,
    selector: selector === '' ? null : cache.parse(selector),
    notSelector: end.notSelector === '' ? null : cache.parse(end.notSelector),
    service: end.service,
  }
}

/** The text of what an end's labels have to match; empty where nothing is asked. */
export function endSelector(end: SpecEnd, namespace: string, cache: SelectorCache): string {
  const scope = namespaceTerm(end.namespaceSelector, namespace, cache)
  const terms = [serviceAccountTerm(end.serviceAccounts, cache), end.selector].filter((term) => term !== '')
  const [first = ''] = terms
  const selector = terms.length > 1 ? `(${terms.join(') && (')})` : first
  const asksForEndpoints = selector !== '' || end.notSelector !== '' || end.namespaceSelector !== ''
  if (scope === '' || !asksForEndpoints) return selector
  return selector === '' ? scope : `(${scope}) && (${selector})`
}

function namespaceTerm(namespaceSelector: string, namespace: string, cache: SelectorCache): string {
  if (namespaceSelector !== '')
    return prefixed(namespaceSelector, NAMESPACE_PREFIX, cache)
      .replaceAll('all()', `has(${NAMESPACE_LABEL})`)
      .replaceAll('global()', `!has(${NAMESPACE_LABEL})`)
  return namespace === '' ? '' : `${NAMESPACE_LABEL} == '${namespace}'`
}

function serviceAccountTerm(accounts: SpecEnd['serviceAccounts'], cache: SelectorCache): string {
  if (accounts === null) return ''
  const selector = prefixed(accounts.selector, SERVICE_ACCOUNT_PREFIX, cache)
  if (accounts.names.length === 0) return selector
  const parsed = cache.tryParse(`${SERVICE_ACCOUNT_LABEL} in { '${accounts.names.join("', '")}' }`)
  if (parsed === null) return ''
  const names = printSelector(parsed)
  return selector === '' ? names : `(${selector}) && (${names})`
}

/** The canonical text of a selector with a prefix before each label. Empty, as in Calico, for a text that is none. */
function prefixed(text: string, prefix: string, cache: SelectorCache): string {
  if (text === '') return ''
  const selector = cache.tryParse(text)
  return selector === null ? '' : printSelector(withLabels(selector, (label) => prefix + label))
}
