/**
 * The policies of the demo cluster, and builders of their hits and traces. A hit copies kind, tier and action from the
 * manifest, so it cannot contradict a policy. The order of hits is written by hand; evaluation.test.ts verifies it.
 */
import type { PolicyHit, PolicyKind, PolicyTrace } from '../flows/flow.ts'
import { ensure } from '../lib/assert.ts'
import { CALICO_SYSTEM } from './manifests/calico-system.ts'
import type { Manifest } from './manifests/manifest.ts'
import { PLATFORM } from './manifests/platform.ts'
import { STAGED } from './manifests/staged.ts'
import { STORY } from './manifests/story.ts'

/** All policies of the cluster. Names are unique across kinds and namespaces. */
export const MANIFESTS: readonly Manifest[] = [...STORY, ...CALICO_SYSTEM, ...PLATFORM, ...STAGED]

const byName: ReadonlyMap<string, Manifest> = new Map(
  MANIFESTS.map((manifest) => [manifest.metadata.name, manifest]),
)

function policyNamed(name: string): Manifest {
  return ensure(byName.get(name), `the demo has a policy ${name}`)
}

/** Goldmane's kind of a policy object: its `NetworkPolicy` is the Kubernetes one. */
function policyKind({ apiVersion, kind }: Manifest): PolicyKind {
  return apiVersion === 'projectcalico.org/v3' && kind === 'NetworkPolicy' ? 'CalicoNetworkPolicy' : kind
}

/** A hit has the plain name of the object, because Calico 3.32 does not prefix it with the tier. */
function hitOf(manifest: Manifest, action: PolicyHit['action'], ruleIndex: number): PolicyHit {
  return {
    kind: policyKind(manifest),
    namespace: manifest.metadata.namespace ?? '',
    name: manifest.metadata.name,
    tier: manifest.apiVersion === 'projectcalico.org/v3' ? manifest.spec.tier : 'default',
    action,
    policyIndex: 0,
    ruleIndex,
    trigger: null,
  }
}

function ruleHit(name: string, direction: 'ingress' | 'egress', ruleIndex: number): PolicyHit {
  const manifest = policyNamed(name)
  if (manifest.apiVersion === 'networking.k8s.io/v1') {
    ensure(manifest.spec[direction]?.[ruleIndex], `${name} has ${direction} rule ${ruleIndex}`)
    return hitOf(manifest, 'Allow', ruleIndex)
  }
  const rule = ensure(manifest.spec[direction]?.[ruleIndex], `${name} has ${direction} rule ${ruleIndex}`)
  return hitOf(manifest, rule.action, ruleIndex)
}

/** Returns the hit of a policy's egress rule, counted from 0, for the source's record. */
export function egress(name: string, ruleIndex: number): PolicyHit {
  return ruleHit(name, 'egress', ruleIndex)
}

/** Returns the hit of a policy's ingress rule, counted from 0, for the destination's record. */
export function ingress(name: string, ruleIndex: number): PolicyHit {
  return ruleHit(name, 'ingress', ruleIndex)
}

/** Returns the end of the trigger's tier. Both tiers of the demo have the default action Deny. */
export function endOfTier(triggerName: string): PolicyHit {
  const trigger = hitOf(policyNamed(triggerName), 'ActionUnspecified', 0)
  return {
    ...trigger,
    kind: 'EndOfTier',
    namespace: '',
    name: '',
    action: 'Deny',
    ruleIndex: -1,
    trigger,
  }
}

/** Returns the namespace's profile, which allows pods that no policy selects, or that the last tier passes on. */
export function profile(namespace: string): PolicyHit {
  return {
    kind: 'Profile',
    namespace: '',
    name: `kns.${namespace}`,
    tier: '',
    action: 'Allow',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
  }
}

function numbered(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => ({ ...hit, policyIndex }))
}

/** Returns a trace that the staged policies do not change. */
export function decided(...hits: readonly PolicyHit[]): PolicyTrace {
  return { enforced: numbered(hits), pending: numbered(hits) }
}

/** Returns a trace that the staged policies would change. */
export function staged(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]): PolicyTrace {
  return { enforced: numbered(enforced), pending: numbered(pending) }
}

/**
 * Returns a trace that the end of a tier denies, after the hits of the tiers before it. The trigger of the enforced hit
 * is the last policy of the tier that selects the endpoint (felix/calc/endpoint_lookup_cache.go:246-277). That of the
 * pending hit is the first one, staged policies included (app-policy/checker/check.go:193).
 */
export function denied(
  triggers: { readonly last: string; readonly first: string },
  ...before: readonly PolicyHit[]
): PolicyTrace {
  return staged([...before, endOfTier(triggers.last)], [...before, endOfTier(triggers.first)])
}

/** Returns the trace without its pending hits, as when Felix has not computed them. */
export function notComputed(trace: PolicyTrace): PolicyTrace {
  return { ...trace, pending: [] }
}
