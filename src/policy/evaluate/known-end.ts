/**
 * What is known of one end of a recorded flow: its record names no address, and its labels are an intersection, in which
 * an absent label may have been lost (`calico-semantics.md` 5).
 */
import type { EndpointType } from '../../flows/flow.ts'
import { holdsRange, type Cidr } from '../manifest/cidr.ts'
import type { Labels, Manifests, NetworkSet, Pod } from '../manifest/resources.ts'
import type { PartialLabels } from '../selector/match.ts'
import {
  type Endpoint,
  endpointOfHost,
  endpointOfPod,
  labelAt,
  namespaceLabels,
  partlyLabelledSet,
  type PartlyLabelled,
} from './endpoint.ts'
import { findNamed, inNamespace } from './resource-lookup.ts'

export interface RecordedEnd {
  readonly type: EndpointType
  /** `-` where there is none. */
  readonly namespace: string
  readonly name: string
  /** Each `k=v`. */
  readonly labels: readonly string[]
}

/** A loaded network set that has the address, certainly or perhaps. */
export interface OtherSet extends PartlyLabelled {
  readonly isCertain: boolean
}

export interface KnownEnd {
  readonly recorded: RecordedEnd
  /** Null for an address that is neither an endpoint nor in a network set. */
  readonly labels: PartialLabels | null
  /** Whether other network sets may have the address, so that a selector may match although these labels do not. */
  readonly otherSets: readonly OtherSet[] | 'any'
  /** The loaded endpoints that the flow may be of: all pods of one `name-*`. Empty where none was loaded. */
  readonly candidates: readonly Endpoint[]
  /** Ranges of which one has the address; null where nothing is known of it. */
  readonly ranges: readonly Cidr[] | null
  readonly profiles: readonly string[]
}

export function knownEnd(recorded: RecordedEnd, manifests: Manifests): KnownEnd {
  switch (recorded.type) {
    case 'WorkloadEndpoint':
      return knownWorkload(recorded, manifests)
    case 'HostEndpoint':
      return knownHost(recorded, manifests)
    case 'NetworkSet':
      return knownSet(recorded, manifests)
    case 'Network':
      return { recorded, labels: null, otherSets: [], candidates: [], ranges: null, profiles: [] }
    case 'EndpointTypeUnspecified':
    default:
      // Whisker records no type, and a newer Calico may have another one.
      return {
        recorded,
        labels: () => undefined,
        otherSets: 'any',
        candidates: [],
        ranges: null,
        profiles: [],
      }
  }
}

/** An end that is one pod of the manifests. */
export function endOfPod(pod: Pod, manifests: Manifests): KnownEnd {
  const { namespace, flowName: name } = pod
  const recorded: RecordedEnd = { type: 'WorkloadEndpoint', namespace, name, labels: [] }
  return endOfCandidates(recorded, [endpointOfPod(pod, manifests)], manifests)
}

/** An end that is an address: of a loaded pod or host, in loaded network sets, or none of these. */
export function endOfAddress(address: Cidr, manifests: Manifests): KnownEnd {
  const pod = manifests.pods.find(
    (each) => !each.isHostNetworked && each.addresses.some((own) => holdsRange(own, address)),
  )
  if (pod !== undefined) return endOfPod(pod, manifests)
  const host = manifests.hostEndpoints.find((each) => each.addresses.some((own) => holdsRange(own, address)))
  const name = host?.node ?? address.text
  const recorded: RecordedEnd = {
    type: host === undefined ? 'Network' : 'HostEndpoint',
    namespace: '-',
    name,
    labels: [],
  }
  const candidates = host === undefined ? [] : [endpointOfHost(host, manifests)]
  return {
    recorded,
    labels: host === undefined ? null : agreed(candidates),
    otherSets: setsAround([address], manifests),
    candidates,
    ranges: [address],
    profiles: [],
  }
}

/** An end that is a pod of which only labels are known, and those perhaps in part. */
export function supposedWorkload(namespace: string, labels: PartialLabels, manifests: Manifests): KnownEnd {
  return {
    recorded: { type: 'WorkloadEndpoint', namespace, name: 'example', labels: [] },
    labels,
    otherSets: setsAround(null, manifests),
    candidates: [],
    ranges: null,
    profiles: [`kns.${namespace}`],
  }
}

function knownWorkload(recorded: RecordedEnd, manifests: Manifests): KnownEnd {
  const { namespace, name } = recorded
  const pods = inNamespace(manifests.pods, namespace).filter((pod) => !pod.isHostNetworked)
  const named = pods.filter((pod) => pod.flowName === name)
  const loaded = named.length > 0 ? named : pods.filter((pod) => isNameOf(pod.flowName, name))
  const candidates = asRecorded(
    loaded.map((pod) => endpointOfPod(pod, manifests)),
    recorded,
  )
  return endOfCandidates(recorded, candidates, manifests)
}

function endOfCandidates(
  recorded: RecordedEnd,
  candidates: readonly Endpoint[],
  manifests: Manifests,
): KnownEnd {
  const addresses = candidates.flatMap((candidate) => candidate.addresses)
  const isEveryAddressKnown = candidates.length > 0 && candidates.every((each) => each.addresses.length > 0)
  return {
    recorded,
    labels: candidates.length > 0 ? agreed(candidates) : workloadLabels(recorded, manifests),
    otherSets: setsAround(isEveryAddressKnown ? addresses : null, manifests),
    candidates,
    ranges: isEveryAddressKnown ? addresses : null,
    profiles: [`kns.${recorded.namespace}`],
  }
}

/**
 * Whether a flow's name is of the pods of a Deployment's or CronJob's template, as `web-7d9c-*` is of `web-*-*`: between
 * them is a ReplicaSet or a Job, whose part of the name has no hyphen.
 */
function isNameOf(templateName: string, name: string): boolean {
  if (!templateName.endsWith('-*-*') || !name.endsWith('-*')) return false
  const prefix = templateName.slice(0, -'*-*'.length)
  return name.startsWith(prefix) && /^[^-]+-\*$/.test(name.slice(prefix.length))
}

/**
 * The endpoints that may be the recorded one, with the labels that were recorded: these are of that time, and one whose
 * labels are others is another one today. A template lacks the labels that its controller adds.
 */
function asRecorded(endpoints: readonly Endpoint[], recorded: RecordedEnd): readonly Endpoint[] {
  const own = recordedLabels(recorded)
  return endpoints
    .filter(({ labels }) => mayHave(labels, own))
    .map((endpoint) => ({ ...endpoint, labels: { ...endpoint.labels, ...Object.fromEntries(own) } }))
}

/** Whether recorded labels contradict none of those that were loaded. */
function mayHave(labels: Labels, recorded: ReadonlyMap<string, string>): boolean {
  return [...recorded].every(([label, value]) => !Object.hasOwn(labels, label) || labels[label] === value)
}

/** The loaded network sets that may have one of the addresses: all of them where the addresses are not known. */
function setsAround(addresses: readonly Cidr[] | null, manifests: Manifests): readonly OtherSet[] {
  return manifests.networkSets.flatMap((set) => {
    const isIn = (address: Cidr): boolean => set.nets.some((net) => holdsRange(net, address))
    if (addresses !== null && !addresses.some(isIn)) return []
    return [{ ...partlyLabelledSet(set, manifests), isCertain: addresses?.every(isIn) === true }]
  })
}

/** Labels that controllers add to pods, and which are not in their templates. */
const CONTROLLERS_LABEL =
  /^(pod-template-hash|pod-template-generation|controller-revision-hash|controller-uid|job-name|batch\.kubernetes\.io\/.*|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index)$/

/** A label that all candidates have with one value, or that all lack, is known. */
function agreed(candidates: readonly Endpoint[]): PartialLabels {
  return (label) => {
    const isAdded = CONTROLLERS_LABEL.test(label)
    if (isAdded && candidates.some(({ labels }) => !Object.hasOwn(labels, label))) return undefined
    const values = candidates.map((candidate) => labelAt(candidate, label))
    return values.every((value) => value === values[0]) ? values[0] : undefined
  }
}

function workloadLabels(recorded: RecordedEnd, manifests: Manifests): PartialLabels {
  const own = recordedLabels(recorded)
  const inherited = namespaceLabels(recorded.namespace, manifests)
  const isNamespaceLoaded = findNamed(manifests.namespaces, '', recorded.namespace) !== undefined
  const account = own.get('projectcalico.org/serviceaccount')
  const accountLabels =
    account === undefined ? undefined : accountLabelsOf(recorded.namespace, account, manifests)
  return (label) => {
    if (Object.hasOwn(inherited, label)) return inherited[label]
    if (label === 'projectcalico.org/orchestrator') return 'k8s'
    if (label.startsWith('pcns.')) return isNamespaceLoaded ? null : undefined
    if (label === 'pcsa.projectcalico.org/name') return account
    if (label.startsWith('pcsa.')) return accountLabels?.(label.slice('pcsa.'.length))
    return own.get(label)
  }
}

/** The labels of a service account, without a prefix; undefined where it was not loaded. */
function accountLabelsOf(
  namespace: string,
  name: string,
  { serviceAccounts }: Manifests,
): PartialLabels | undefined {
  const labels = findNamed(serviceAccounts, namespace, name)?.labels
  return labels && ((label) => labelAt({ labels, unknownPrefixes: [] }, label))
}

/** Host endpoints are recorded by their node's name, of which there may be several. */
function knownHost(recorded: RecordedEnd, manifests: Manifests): KnownEnd {
  const hosts = manifests.hostEndpoints.filter(({ node }) => node === recorded.name)
  const candidates = asRecorded(
    hosts.map((host) => endpointOfHost(host, manifests)),
    recorded,
  )
  const own = recordedLabels(recorded)
  return {
    recorded,
    labels:
      candidates.length > 0 ? agreed(candidates) : (label) => (isCalicos(label) ? null : own.get(label)),
    otherSets: setsAround(null, manifests),
    candidates,
    ranges: null,
    profiles: [],
  }
}

/** Labels that neither hosts nor global sets have. */
function isCalicos(label: string): boolean {
  return /^(pcns|pcsa)\.|^projectcalico\.org\/(namespace|orchestrator|serviceaccount)$/.test(label)
}

function knownSet(recorded: RecordedEnd, manifests: Manifests): KnownEnd {
  const namespace = recorded.namespace === '-' ? '' : recorded.namespace
  const own = recordedLabels(recorded)
  const isOwn = (set: NetworkSet): boolean =>
    set.name === recorded.name && set.namespace === namespace && mayHave(set.labels, own)
  const set = manifests.networkSets.find(isOwn)
  const inherited = namespace === '' ? {} : namespaceLabels(namespace, manifests)
  const whole = set === undefined ? null : partlyLabelledSet(set, manifests)
  return {
    recorded,
    labels: (label) => {
      if (whole !== null) return own.get(label) ?? labelAt(whole, label)
      if (Object.hasOwn(inherited, label)) return inherited[label]
      if (namespace === '' && isCalicos(label)) return null
      if (label === 'projectcalico.org/orchestrator' || label === 'projectcalico.org/serviceaccount')
        return null
      return own.get(label)
    },
    // The record names the best match, and the address may be in others.
    otherSets: 'any',
    candidates: [],
    ranges: set?.nets ?? null,
    profiles: [],
  }
}

function recordedLabels({ labels }: RecordedEnd): ReadonlyMap<string, string> {
  return new Map(
    labels.map((label) => {
      const at = label.indexOf('=')
      return at < 0 ? ([label, ''] as const) : ([label.slice(0, at), label.slice(at + 1)] as const)
    }),
  )
}
