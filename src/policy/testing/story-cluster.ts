/** For tests: the story's cluster and the policies of its steps (src/policy/testing/story). */
import { readFileSync } from 'node:fs'
import { ensure } from '../../lib/assert.ts'
import type { Connection } from '../evaluate/connection.ts'
import { type Endpoint, endpointOfPod } from '../evaluate/endpoint.ts'
import { parseCidr } from '../manifest/cidr.ts'
import { readManifests } from '../manifest/read-manifests.ts'
import type { Manifests } from '../manifest/resources.ts'

const NAMESPACES = ['frontend', 'backend', 'db', 'default', 'kube-system', 'calico-system']

const PODS = [
  { namespace: 'frontend', name: 'web', labels: 'app: web', address: '10.244.1.10' },
  { namespace: 'backend', name: 'api', labels: 'app: api', address: '10.244.1.20' },
  { namespace: 'db', name: 'db-0', labels: 'app: db', address: '10.244.1.30' },
  { namespace: 'default', name: 'test', labels: 'run: test', address: '10.244.1.40' },
  { namespace: 'kube-system', name: 'coredns', labels: 'k8s-app: kube-dns', address: '10.244.1.50' },
]

/** Its namespaces and pods as manifests. */
export const STORY_CLUSTER = [
  ...NAMESPACES.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`),
  ...PODS.map(
    ({ namespace, name, labels, address }) =>
      `apiVersion: v1\nkind: Pod\nmetadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }\nspec: {}\nstatus: { podIP: ${address} }\n`,
  ),
].join('---\n')

/** The cluster with the policies of some of the story's files, as `00-default-deny`. */
export function storyManifests(...files: readonly string[]): Manifests {
  const texts = files.map((name) => ({
    name,
    text: readFileSync(new URL(`story/${name}.yaml`, import.meta.url), 'utf8'),
  }))
  return readManifests([{ name: 'cluster', text: STORY_CLUSTER }, ...texts]).manifests
}

/** A pod of the story by its name. */
export function storyPod(name: string, manifests: Manifests): Endpoint {
  return endpointOfPod(
    ensure(
      manifests.pods.find((pod) => pod.name === name),
      name,
    ),
    manifests,
  )
}

/** A connection between two pods of the story. */
export function storyConnection(
  manifests: Manifests,
  from: string,
  to: string,
  protocol: number,
  port: number,
): Connection {
  const end = (name: string, endPort: number) => {
    const endpoint = storyPod(name, manifests)
    return { endpoint, address: ensure(endpoint.addresses[0], name), port: endPort }
  }
  return { source: end(from, 40_000), destination: end(to, port), protocol, icmp: null }
}

/** A connection from a pod of the story to an address outside the cluster. */
export function connectionOut(
  manifests: Manifests,
  from: string,
  to: string,
  protocol: number,
  port: number,
): Connection {
  const endpoint = storyPod(from, manifests)
  return {
    source: { endpoint, address: ensure(endpoint.addresses[0], from), port: 40_000 },
    destination: { endpoint: null, address: ensure(parseCidr(to), to), port },
    protocol,
    icmp: null,
  }
}
