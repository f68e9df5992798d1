import { createHmac, randomBytes } from 'node:crypto'

import { create } from '@bufbuild/protobuf'

import {
  type FlowKey,
  FlowKeySchema,
  type PolicyHit,
  PolicyHitSchema,
  PolicyKind,
  type PolicyTrace,
  PolicyTraceSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import type { ShownKey } from '../upstream/ring/ring-view.ts'

/** Stands for every namespace that the viewer may not see. */
const HIDDEN_NAMESPACE = 'hidden'

/** What Goldmane records for an end outside of any namespace: `-`, or nothing; `Global` is its other name. */
const NO_NAMESPACE: ReadonlySet<string> = new Set(['-', '', 'Global'])

/**
 * Hex digits of a hidden name. With eight, 20,000 hidden workloads would hold a pair of the same name in one of 20
 * clusters, and the records of one of the two would be taken for those of the other.
 */
const NAME_DIGITS = 12

/** The namespace in the name of a profile of Calico's: `kns.NAMESPACE`, `ksa.NAMESPACE.ACCOUNT`. */
const PROFILE_NAMESPACE = /^(?:kns|ksa)\.([^.]+)/

/** Of this process, so that nobody can tell by trying which name is behind a hidden one. */
const SECRET = randomBytes(32)

type Kind = 'end' | 'service' | 'policy' | 'profile'

/**
 * Hides what is in namespaces that are not allowed: the names of both ends, their labels, the service, and the policies of
 * the trace with their triggers. One name has one hidden name, so that keys that differ still do. Ends outside of any
 * namespace (`pub`, hosts, global network sets) and cluster-wide policies are shown.
 *
 * The key is made anew from the fields that are listed here: one that Goldmane may add later is not sent before somebody
 * has thought about it.
 */
export function hideNames(key: FlowKey, allowed: ReadonlySet<string>): ShownKey {
  const isHidden = (namespace: string): boolean => !NO_NAMESPACE.has(namespace) && !allowed.has(namespace)
  const hidesSource = isHidden(key.sourceNamespace)
  const hidesDest = isHidden(key.destNamespace)
  const hidesService =
    isHidden(key.destServiceNamespace) || (hidesDest && !NO_NAMESPACE.has(key.destServiceName))
  const hidesHits = hitsOf(key.policies).some((hit) => hidesHit(hit, isHidden))
  if (!hidesSource && !hidesDest && !hidesService && !hidesHits)
    return { rewritten: null, hidesSourceLabels: false, hidesDestLabels: false }
  const rewritten = create(FlowKeySchema, {
    sourceName: hidesSource ? hiddenName('end', key.sourceNamespace, key.sourceName) : key.sourceName,
    sourceNamespace: hidesSource ? HIDDEN_NAMESPACE : key.sourceNamespace,
    sourceType: key.sourceType,
    destName: hidesDest ? hiddenName('end', key.destNamespace, key.destName) : key.destName,
    destNamespace: hidesDest ? HIDDEN_NAMESPACE : key.destNamespace,
    destType: key.destType,
    destPort: key.destPort,
    destServiceName: hidesService
      ? hiddenName('service', key.destServiceNamespace, key.destServiceName)
      : key.destServiceName,
    destServiceNamespace: hidesService ? HIDDEN_NAMESPACE : key.destServiceNamespace,
    destServicePortName: key.destServicePortName,
    destServicePort: key.destServicePort,
    proto: key.proto,
    reporter: key.reporter,
    action: key.action,
  })
  if (key.policies !== undefined) {
    const shown = (hit: PolicyHit): PolicyHit => shownHit(hit, isHidden)
    rewritten.policies = create(PolicyTraceSchema, {
      enforcedPolicies: key.policies.enforcedPolicies.map(shown),
      pendingPolicies: key.policies.pendingPolicies.map(shown),
    })
  }
  return { rewritten, hidesSourceLabels: hidesSource, hidesDestLabels: hidesDest }
}

function hiddenName(kind: Kind, namespace: string, name: string): string {
  const digest = createHmac('sha256', SECRET)
    .update(JSON.stringify([kind, namespace, name]))
    .digest('hex')
  return `hidden-${digest.slice(0, NAME_DIGITS)}`
}

function hitsOf(trace: PolicyTrace | undefined): readonly PolicyHit[] {
  return trace === undefined ? [] : [...trace.enforcedPolicies, ...trace.pendingPolicies]
}

function hidesHit(hit: PolicyHit, isHidden: (namespace: string) => boolean): boolean {
  return (
    isHidden(hit.namespace) ||
    hidesProfile(hit, isHidden) ||
    (hit.trigger !== undefined && hidesHit(hit.trigger, isHidden))
  )
}

/** A profile has no namespace, and that of its pods in its name. */
function hidesProfile(hit: PolicyHit, isHidden: (namespace: string) => boolean): boolean {
  const namespace = PROFILE_NAMESPACE.exec(hit.name)?.[1]
  return hit.kind === PolicyKind.Profile && namespace !== undefined && isHidden(namespace)
}

function shownHit(hit: PolicyHit, isHidden: (namespace: string) => boolean): PolicyHit {
  const { kind, tier, action, policyIndex, ruleIndex } = hit
  const shown = create(PolicyHitSchema, { kind, tier, action, policyIndex, ruleIndex })
  shown.namespace = isHidden(hit.namespace) ? HIDDEN_NAMESPACE : hit.namespace
  if (isHidden(hit.namespace)) shown.name = hiddenName('policy', hit.namespace, hit.name)
  else if (hidesProfile(hit, isHidden)) shown.name = hiddenName('profile', '', hit.name)
  else shown.name = hit.name
  if (hit.trigger !== undefined) shown.trigger = shownHit(hit.trigger, isHidden)
  return shown
}
