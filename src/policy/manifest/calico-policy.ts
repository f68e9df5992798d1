/** Reads Calico's own policies, with the defaults that its API applies (`calico-semantics.md` 3.1 to 3.3, 3.9, 3.10). */
import { type Direction, readRules } from './calico-rule.ts'
import type { ObjectHead } from './object-head.ts'
import type { Policy, RuleKind } from './policy.ts'
import type { PolicySpec, SpecRule } from './policy-spec.ts'
import { checkSelector } from './selector-check.ts'
import { isTrueAt, itemsAt, mapAt, memberOf, numberAt, textAt, textsAt, type YamlNode } from './yaml-tree.ts'

/** A policy whose types have been checked. What its API refuses is reported to the head's subject. */
export function readCalicoPolicy(kind: RuleKind, head: ObjectHead): PolicySpec {
  const spec = mapAt(head.node, 'spec')
  for (const name of ['selector', 'namespaceSelector', 'serviceAccountSelector'])
    checkSelector(spec, name, 'spec', head)
  const rules = { ingress: readRules(spec, 'ingress', head), egress: readRules(spec, 'egress', head) }
  const types = typesOf(spec, rules)
  const isStaged = kind.startsWith('Staged')
  const policy: PolicySpec = {
    kind,
    namespace: head.namespace,
    name: head.name,
    tier: textAt(spec, 'tier') || 'default',
    order: numberAt(spec, 'order'),
    stagedAction: isStaged ? stagedActionOf(spec) : null,
    selector: textAt(spec, 'selector'),
    namespaceSelector: textAt(spec, 'namespaceSelector'),
    serviceAccountSelector: textAt(spec, 'serviceAccountSelector'),
    ingress: types.has('Ingress') ? rules.ingress : null,
    egress: types.has('Egress') ? rules.egress : null,
    doNotTrack: isTrueAt(spec, 'doNotTrack'),
    preDnat: isTrueAt(spec, 'preDNAT'),
    applyOnForward: isTrueAt(spec, 'applyOnForward'),
    place: head.subject.file.placeOf(head.node),
  }
  checkPolicy(policy, spec, rules, head)
  return policy
}

export function stagedActionOf(spec: YamlNode | undefined): Policy['stagedAction'] {
  return (textAt(spec, 'stagedAction') || 'Set') as Policy['stagedAction']
}

type Rules = Readonly<Record<Direction, readonly SpecRule[]>>

/** Without types, a policy governs ingress, unless it has rules of egress alone (api/pkg/defaults/networkpolicy.go). */
function typesOf(spec: YamlNode | undefined, { ingress, egress }: Rules): ReadonlySet<string> {
  const given = textsAt(spec, 'types')
  if (given.length > 0) return new Set(given)
  if (egress.length === 0) return new Set(['Ingress'])
  return new Set(ingress.length === 0 ? ['Egress'] : ['Ingress', 'Egress'])
}

function checkPolicy(
  policy: PolicySpec,
  spec: YamlNode | undefined,
  rules: Rules,
  { subject }: ObjectHead,
): void {
  const at = (name: string) => memberOf(spec, name)
  const types = itemsAt(spec, 'types')
  const typeList = at('types')
  if (typeList !== undefined && new Set(textsAt(spec, 'types')).size < types.length)
    subject.refuse(typeList, 'spec.types', 'A type is given twice')
  for (const direction of ['ingress', 'egress'] as const) {
    const node = at(direction)
    if (node !== undefined && policy[direction] === null && rules[direction].length > 0)
      subject.note(
        'ignored',
        node,
        `spec.${direction}`,
        `The policy's types have no ${direction}: these rules have no effect`,
      )
  }
  const { doNotTrack, preDnat, applyOnForward } = policy
  const special = at(doNotTrack ? 'doNotTrack' : 'preDNAT')
  if (special !== undefined && (doNotTrack || preDnat)) {
    const path = doNotTrack ? 'spec.doNotTrack' : 'spec.preDNAT'
    if (doNotTrack && preDnat)
      subject.refuse(special, path, 'A policy may not have both doNotTrack and preDNAT')
    if (!applyOnForward) subject.refuse(special, path, 'A policy with this needs applyOnForward: true')
    if (preDnat && (policy.egress !== null || rules.egress.length > 0))
      subject.refuse(special, path, 'A policy with preDNAT may not govern egress')
  }
  if (policy.stagedAction === 'Delete' && spec?.is === 'map')
    for (const [name, { value }] of spec.members)
      if (name !== 'stagedAction' && name !== 'tier')
        subject.note('ignored', value, `spec.${name}`, 'A staged deletion has no effect beyond its name')
}
