/** Takes manifests for a whole cluster, in which nothing is but what was loaded. */
import type { Manifests } from '../manifest/resources.ts'
import { findNamed } from './resource-lookup.ts'

/**
 * The manifests with the namespaces and service accounts that pods and network sets name and that were not loaded: with
 * no labels but those that every cluster gives them.
 */
export function asWholeCluster(manifests: Manifests): Manifests {
  const namespaces = new Map(manifests.namespaces.map((each) => [each.name, each]))
  const accounts = [...manifests.serviceAccounts]
  const added = new Set<string>()
  for (const { namespace, place } of [...manifests.pods, ...manifests.networkSets])
    if (namespace !== '' && !namespaces.has(namespace)) {
      const labels = { 'kubernetes.io/metadata.name': namespace }
      namespaces.set(namespace, { namespace: '', name: namespace, labels, place })
    }
  for (const { namespace, serviceAccount: name, place } of manifests.pods) {
    const key = `${namespace}/${name}`
    if (added.has(key) || findNamed(manifests.serviceAccounts, namespace, name) !== undefined) continue
    added.add(key)
    accounts.push({ namespace, name, labels: {}, place })
  }
  return { ...manifests, namespaces: [...namespaces.values()], serviceAccounts: accounts }
}
