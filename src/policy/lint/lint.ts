/** Runs all lint rules over loaded manifests. */
import { endpointOfHost, endpointOfPod, partlyLabelledSet } from '../evaluate/endpoint.ts'
import { FlowEvaluator } from '../evaluate/evaluate-flow.ts'
import { orderTiers } from '../evaluate/tier-order.ts'
import type { NamedText } from '../manifest/read-manifests.ts'
import type { Manifests } from '../manifest/resources.ts'
import { findOrderTraps, findShadowedStages, findSwallowingTiers } from './across-policies.ts'
import type { Finding } from './finding.ts'
import type { LintContext } from './lint-context.ts'
import { findNothingSelected, type Selectable, selectableNamespaces } from './nothing-selected.ts'
import { withoutSilenced } from './silenced.ts'
import { findDnsDenied, findOneDirection } from './supposed-traffic.ts'
import {
  findNameLabels,
  findOutsideNeverMatches,
  findSelectsHosts,
  findUnreachableRules,
  findWithoutRules,
} from './within-policy.ts'

/** Findings in the order of their places, without those that comments in the files silence, and each once. */
export function lintManifests(manifests: Manifests, files: readonly NamedText[]): readonly Finding[] {
  const context: LintContext = { manifests, tiers: orderTiers(manifests) }
  const evaluator = new FlowEvaluator(manifests)
  const endpoints = [
    ...manifests.pods
      .filter(({ isHostNetworked }) => !isHostNetworked)
      .map((pod) => endpointOfPod(pod, manifests)),
    ...manifests.hostEndpoints.map((host) => endpointOfHost(host, manifests)),
  ]
  const loaded: Selectable = {
    endpoints,
    sets: manifests.networkSets.map((set) => partlyLabelledSet(set, manifests)),
    namespaces: selectableNamespaces(manifests),
  }
  const findings = [
    ...findSwallowingTiers(context),
    ...findOrderTraps(context),
    ...findShadowedStages(context),
    ...findDnsDenied(context, evaluator),
    ...findOneDirection(context, evaluator),
    ...manifests.policies.flatMap((policy) => [
      ...findWithoutRules(policy),
      ...findSelectsHosts(policy),
      ...findOutsideNeverMatches(policy),
      ...findUnreachableRules(policy),
      ...findNameLabels(policy),
      ...findNothingSelected(policy, loaded),
    ]),
  ]
  const distinct = new Map(
    findings.map((finding) => [JSON.stringify([finding.rule, finding.place, finding.why]), finding]),
  )
  const objects = manifests.policies.map(({ place }) => place)
  return withoutSilenced([...distinct.values()], files, objects).toSorted(
    ({ place: a }, { place: b }) => compareTexts(a.file, b.file) || a.line - b.line || a.column - b.column,
  )
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
