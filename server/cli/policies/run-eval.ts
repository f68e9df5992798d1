/** Runs `flowtrace eval`: prints how the policies of both ends decide a connection. */
import { traceJson } from '../../../src/capture/write.ts'
import { nearest } from '../../../src/filter/language/edit-distance.ts'
import type { FlowKey, Reporter } from '../../../src/flows/flow.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { KnownFlow } from '../../../src/policy/evaluate/known-flow.ts'
import type { Direction } from '../../../src/policy/evaluate/connection.ts'
import { type FlowEvaluation, FlowEvaluator } from '../../../src/policy/evaluate/evaluate-flow.ts'
import { endOfAddress, endOfPod, type KnownEnd } from '../../../src/policy/evaluate/known-end.ts'
import { asWholeCluster } from '../../../src/policy/evaluate/whole-cluster.ts'
import { factWords } from '../../../src/policy/evaluate/missing-fact.ts'
import { type Cidr, parseCidr } from '../../../src/policy/manifest/cidr.ts'
import type { Manifests } from '../../../src/policy/manifest/resources.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { faultLines } from './fault-lines.ts'
import { hitText } from './hit-text.ts'
import { loadPolicies } from './policy-files.ts'
import type { EvalCommand } from './policy-options.ts'

interface Output {
  readonly stdout: Pick<NodeJS.WritableStream, 'write'>
  readonly stderr: Pick<NodeJS.WritableStream, 'write'>
}

/** Throws {@link UsageError} for manifests that cannot be read, and for a pod that is not among them. */
export async function runEval(command: EvalCommand, { stdout, stderr }: Output): Promise<0> {
  const { manifests: loaded, faults } = await loadPolicies(command.policies)
  const all = asWholeCluster(loaded)
  const manifests = command.ipVersion === null ? all : ofIpVersion(all, command.ipVersion)
  for (const line of faultLines(faults)) stderr.write(`${line}\n`)
  const source = endOf(command.from, 'from', manifests)
  const destination = endOf(command.to, 'to', manifests)
  const { proto, protocol, port, icmp } = command.port
  const key = keyOf(source, destination, proto, port)
  const flow: KnownFlow = { key, protocol, source, destination, sourcePort: null, icmp, loaded: manifests }
  const evaluator = new FlowEvaluator(manifests)
  const egress = evaluateEnd(evaluator, flow, 'egress')
  const ingress = evaluateEnd(evaluator, flow, 'ingress')
  stdout.write(
    command.isJson
      ? `${JSON.stringify({ egress: endJson(egress), ingress: endJson(ingress) }, null, 2)}\n`
      : textOf(command, manifests, { egress, ingress }),
  )
  return 0
}

/** The manifests as if pods and hosts had addresses of one family alone. */
function ofIpVersion(manifests: Manifests, version: 4 | 6): Manifests {
  const isOfVersion = ({ family }: Cidr): boolean => family === version
  return {
    ...manifests,
    pods: manifests.pods.map((pod) => ({ ...pod, addresses: pod.addresses.filter(isOfVersion) })),
    hostEndpoints: manifests.hostEndpoints.map((host) => ({
      ...host,
      addresses: host.addresses.filter(isOfVersion),
    })),
  }
}

/** A pod by `namespace/name`, where the name may be that of its flows, or the end that has an address. */
function endOf(text: string, flag: 'from' | 'to', manifests: Manifests): KnownEnd {
  const [namespace = '', name, ...rest] = text.split('/')
  const address = parseCidr(text)
  if (address !== null && address.first === address.last) return endOfAddress(address, manifests)
  if (name === undefined || rest.length > 0)
    throw new UsageError(`--${flag} wants namespace/name or an address, not ${JSON.stringify(text)}`)
  const pod =
    manifests.pods.find((each) => each.namespace === namespace && each.name === name) ??
    manifests.pods.find((each) => each.namespace === namespace && each.flowName === name)
  if (pod !== undefined) return endOfPod(pod, manifests)
  const meant = nearest(
    text,
    manifests.pods.map((each) => `${each.namespace}/${each.name}`),
  )
  const offer = meant === undefined ? '' : `. Perhaps: ${visibleText(meant)}`
  throw new UsageError(`--${flag}: there is no pod ${visibleText(text)} among the manifests${offer}`)
}

function keyOf(source: KnownEnd, destination: KnownEnd, proto: string, destPort: number): FlowKey {
  return {
    sourceName: source.recorded.name,
    sourceNamespace: source.recorded.namespace,
    sourceType: source.recorded.type,
    destName: destination.recorded.name,
    destNamespace: destination.recorded.namespace,
    destType: destination.recorded.type,
    destPort,
    destServiceName: '-',
    destServiceNamespace: '-',
    destServicePortName: '-',
    destServicePort: 0,
    proto,
    reporter: 'ReporterUnspecified' satisfies Reporter,
    action: 'ActionUnspecified',
    policies: { enforced: [], pending: [] },
  }
}

/** Null at an end that is no endpoint, and has no policies. */
type EndResult = { readonly enforced: FlowEvaluation; readonly pending: FlowEvaluation } | null

function evaluateEnd(evaluator: FlowEvaluator, flow: KnownFlow, direction: Direction): EndResult {
  const end = direction === 'egress' ? flow.source : flow.destination
  if (end.labels === null) return null
  return {
    enforced: evaluator.evaluate(flow, direction, 'enforced'),
    pending: evaluator.evaluate(flow, direction, 'pending'),
  }
}

function endJson(result: EndResult): object | null {
  if (result === null) return null
  const { enforced, pending } = result
  const { enforcedPolicies = [], pendingPolicies = [] } = traceJson({
    enforced: enforced.hits ?? [],
    pending: pending.hits ?? [],
  })
  const missing = [...new Set([...enforced.missing, ...pending.missing].map(factWords))]
  return {
    verdict: enforced.verdict,
    pendingVerdict: pending.verdict,
    enforced: enforcedPolicies,
    pending: pendingPolicies,
    ...(missing.length === 0 ? {} : { missing }),
  }
}

function textOf(
  { from, to, port }: EvalCommand,
  manifests: Manifests,
  { egress, ingress }: { readonly egress: EndResult; readonly ingress: EndResult },
): string {
  const lines = [
    `${visibleText(from)} → ${visibleText(to)}, ${port.text}`,
    '',
    ...endLines('egress, as it leaves', egress, 'egress', manifests),
    '',
    ...endLines('ingress, as it arrives', ingress, 'ingress', manifests),
  ]
  return `${lines.join('\n')}\n`
}

function endLines(
  title: string,
  result: EndResult,
  direction: Direction,
  manifests: Manifests,
): readonly string[] {
  if (result === null) return [`${title}: no endpoint that Calico knows, so no policy`]
  const { enforced, pending } = result
  const isSame =
    JSON.stringify(enforced.hits) === JSON.stringify(pending.hits) && enforced.verdict === pending.verdict
  return [
    `${title}: ${enforced.verdict}`,
    ...traceLines('enforced', enforced, direction, manifests),
    ...(isSame ? ['  pending   the same'] : traceLines('pending', pending, direction, manifests)),
  ]
}

function traceLines(
  title: 'enforced' | 'pending',
  { verdict, hits, deciding, missing }: FlowEvaluation,
  direction: Direction,
  manifests: Manifests,
): readonly string[] {
  const head = title.padEnd(10)
  if (hits !== null)
    return hits.map((hit, i) => `  ${i === 0 ? head : ' '.repeat(10)}${hitText(hit, direction, manifests)}`)
  return [
    `  ${head}${verdict}: one of`,
    ...deciding.map((hit) => `    ${hitText(hit, direction, manifests)}`),
    ...(missing.length === 0 ? [] : ['  not known:', ...missing.map((fact) => `    ${factWords(fact)}`)]),
  ]
}
