/** For tests: a cluster of three pods, two namespaces and whatever policies a test writes in YAML. */
import type { PolicyHit } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import type { Connection, ConnectionEnd, Direction } from '../evaluate/connection.ts'
import { TCP } from '../evaluate/connection.ts'
import { endpointOfPod } from '../evaluate/endpoint.ts'
import { ConnectionEvaluator, type Stage } from '../evaluate/connection-evaluator.ts'
import { parseCidr } from '../manifest/cidr.ts'
import { readManifests } from '../manifest/read-manifests.ts'
import type { Manifests } from '../manifest/resources.ts'

const PODS = [
  'metadata: { namespace: shop, name: web, labels: { app: web, pcns.team: fake } }',
  'spec: { serviceAccountName: robot, containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }',
  'status: { podIPs: [{ ip: 10.0.0.1 }, { ip: "fd00::1" }] }',
  '---',
  'metadata: { namespace: shop, name: api, labels: { app: api, tier: "" } }',
  'spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 9090 }, { name: dns, containerPort: 53, protocol: UDP }] }] }',
  'status: { podIPs: [{ ip: 10.0.0.2 }, { ip: "fd00::2" }] }',
  '---',
  'metadata: { namespace: lab, name: test, labels: { run: test } }',
  'spec: {}',
  'status: { podIP: 10.0.1.1 }',
].join('\n')

const CLUSTER = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: red } }
---
apiVersion: v1
kind: Namespace
metadata: { name: lab, labels: { team: blue } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: shop, name: robot, labels: { role: writer } }
---
${PODS.split('---\n')
  .map((pod) => `apiVersion: v1\nkind: Pod\n${pod}`)
  .join('\n---\n')}
`

/** The cluster with the objects of a text, none of which may be refused. */
export function shopManifests(text: string): Manifests {
  const files = [{ name: 'cluster', text: CLUSTER }, ...(text === '' ? [] : [{ name: 'test', text }])]
  const { manifests, faults } = readManifests(files)
  const refused = faults.filter(({ effect }) => effect === 'refused')
  if (refused.length > 0) throw new Error(refused.map(({ path, reason }) => `${path}: ${reason}`).join('\n'))
  return manifests
}

/** A GlobalNetworkPolicy from the members of its spec in flow style, or another kind of v3. */
export function policyText(name: string, spec: string, kind = 'GlobalNetworkPolicy'): string {
  const namespaced = !kind.includes('Global')
  const scope = namespaced ? 'namespace: shop, ' : ''
  return `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: { ${scope}name: ${name} }\nspec: { ${spec} }\n`
}

export function tierText(name: string, order: number | null, defaultAction = 'Deny'): string {
  const orderText = order === null ? '' : `order: ${order}, `
  return `apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: ${name} }\nspec: { ${orderText}defaultAction: ${defaultAction} }\n`
}

export function documents(...texts: readonly string[]): string {
  return texts.join('---\n')
}

export interface Attempt {
  /** A pod's name, or an address. The second address of a pod is its name with `/6`. */
  readonly from?: string
  readonly to?: string
  readonly protocol?: number
  readonly port?: number
  readonly sourcePort?: number
  readonly icmp?: Connection['icmp']
  readonly direction?: Direction
  readonly stage?: Stage
}

/** The trace of a connection, web to api by TCP 80 as its source sees it unless said otherwise. */
export function traceOf(manifests: Manifests, attempt: Attempt = {}): readonly PolicyHit[] {
  const { from = 'web', to = 'api', protocol = TCP, port = 80, sourcePort = 40_000 } = attempt
  const { icmp = null, direction = 'egress', stage = 'enforced' } = attempt
  const connection: Connection = {
    source: endOf(manifests, from, icmp === null ? sourcePort : null),
    destination: endOf(manifests, to, icmp === null ? port : null),
    protocol,
    icmp,
  }
  const { endpoint } = direction === 'egress' ? connection.source : connection.destination
  const evaluator = new ConnectionEvaluator(manifests)
  return evaluator.evaluate(ensure(endpoint, 'an endpoint'), connection, direction, stage).hits
}

function endOf(manifests: Manifests, text: string, port: number | null): ConnectionEnd {
  const [name, isSecond] = text.split('/')
  const pod = manifests.pods.find((each) => each.name === name)
  if (pod === undefined) return { address: ensure(parseCidr(text), text), endpoint: null, port }
  const address = ensure(pod.addresses[isSecond === undefined ? 0 : 1], 'an address')
  return { address, endpoint: endpointOfPod(pod, manifests), port }
}

/** Each hit in a line: `Allow a 0`, `Deny end of default by a`, `Allow profile kns.shop 0`. */
export function hitLines(hits: readonly PolicyHit[]): readonly string[] {
  return hits.map(({ kind, action, name, tier, ruleIndex, trigger }) => {
    if (kind === 'EndOfTier') return `${action} end of ${tier} by ${trigger?.name ?? 'nothing'}`
    return `${action} ${kind === 'Profile' ? 'profile ' : ''}${name} ${ruleIndex}`
  })
}
