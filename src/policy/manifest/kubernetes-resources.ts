/** Reads namespaces, service accounts, pods, templates of pods, services and what is behind them. */
import { identity } from './calico-resources.ts'
import { type Cidr, parseCidr } from './cidr.ts'
import { type ObjectHead, wildcardName } from './object-head.ts'
import { numberOfProtocol, numberOrText } from './ports-and-protocols.ts'
import type {
  EndpointSlice,
  Labels,
  NamedPort,
  Namespace,
  Pod,
  Service,
  ServiceAccount,
} from './resources.ts'
import {
  isTrueAt,
  itemsAt,
  labelsAt,
  mapAt,
  memberOf,
  numberAt,
  textAt,
  textsAt,
  type YamlNode,
} from './yaml-tree.ts'

/** The API server writes this on each namespace, over any other value. */
const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name'
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
/** Calico takes these from a pod, because they stand for the labels of its namespace and service account. */
const RESERVED_LABEL = /^pc(?:ns|sa)\./
/** The addresses of a pod that is done are free for others. */
const FINISHED = new Set(['Succeeded', 'Failed'])

export function readNamespace(head: ObjectHead): Namespace {
  return { ...identity(head), labels: { ...labelsOf(head.node), [NAMESPACE_NAME_LABEL]: head.name } }
}

export function readServiceAccount(head: ObjectHead): ServiceAccount {
  return { ...identity(head), labels: labelsOf(head.node) }
}

export function readPod(head: ObjectHead): Pod {
  const generateName = textAt(mapAt(head.node, 'metadata'), 'generateName')
  const status = mapAt(head.node, 'status')
  const addresses = FINISHED.has(textAt(status, 'phase')) ? [] : podAddresses(status)
  return { ...podOf(head.node, wildcardName(generateName) || head.name, head), addresses }
}

/**
 * The pods of a workload. Those of a Deployment and of a CronJob have a part in their names that the ReplicaSet or the
 * Job between them adds, so that their flows are called `web-7d9c-*`: it stands as another star.
 */
export function readWorkload(head: ObjectHead): Pod {
  const spec = mapAt(head.node, 'spec')
  const owner = head.kind === 'CronJob' ? mapAt(mapAt(spec, 'jobTemplate'), 'spec') : spec
  const isTwoLevels = head.kind === 'CronJob' || head.kind === 'Deployment'
  return podOf(mapAt(owner, 'template'), `${head.name}-${isTwoLevels ? '*-*' : '*'}`, head)
}

function podOf(node: YamlNode | undefined, flowName: string, head: ObjectHead): Pod {
  const spec = mapAt(node, 'spec')
  const labels = Object.entries(labelsOf(node)).filter(([key]) => !RESERVED_LABEL.test(key))
  return {
    ...identity(head),
    flowName,
    labels: Object.fromEntries(labels),
    serviceAccount: textAt(spec, 'serviceAccountName') || textAt(spec, 'serviceAccount') || 'default',
    addresses: [],
    ports: ['containers', 'initContainers'].flatMap((name) => itemsAt(spec, name).flatMap(portsOf)),
    isHostNetworked: isTrueAt(spec, 'hostNetwork'),
  }
}

function podAddresses(status: YamlNode | undefined): readonly Cidr[] {
  const all = itemsAt(status, 'podIPs').map((item) => textAt(item, 'ip'))
  return readAddresses(all.length > 0 ? all : [textAt(status, 'podIP')])
}

/** The named ports of a container. */
function portsOf(container: YamlNode): NamedPort[] {
  return itemsAt(container, 'ports').flatMap((node) => {
    const [name, protocol, port] = [
      textAt(node, 'name'),
      numberOfProtocol(textAt(node, 'protocol')),
      numberAt(node, 'containerPort'),
    ]
    return name === '' || protocol === null || port === null ? [] : [{ name, protocol, port }]
  })
}

export function readService(head: ObjectHead): Service {
  const spec = mapAt(head.node, 'spec')
  const selector = labelsAt(spec, 'selector')
  const addresses = textsAt(spec, 'clusterIPs')
  return {
    ...identity(head),
    selector: Object.keys(selector).length === 0 ? null : selector,
    addresses: readAddresses(addresses.length > 0 ? addresses : [textAt(spec, 'clusterIP')]),
    ports: itemsAt(spec, 'ports').flatMap((node) => {
      const [protocol, port] = [numberOfProtocol(textAt(node, 'protocol')), numberAt(node, 'port')]
      if (protocol === null || port === null) return []
      return [
        {
          name: textAt(node, 'name'),
          protocol,
          port,
          target: numberOrText(memberOf(node, 'targetPort')) ?? port,
        },
      ]
    }),
  }
}

export function readEndpointSlice(head: ObjectHead): EndpointSlice {
  return {
    ...identity(head),
    service: labelsOf(head.node)[SERVICE_NAME_LABEL] ?? '',
    addresses: readAddresses(
      itemsAt(head.node, 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses')),
    ),
    ports: slicePorts(head.node),
  }
}

/** Each subset as a slice, which Kubernetes makes of them too. */
export function readEndpoints(head: ObjectHead): readonly EndpointSlice[] {
  return itemsAt(head.node, 'subsets').map((subset, i) => ({
    ...identity(head),
    name: i === 0 ? head.name : `${head.name}-${i}`,
    service: head.name,
    addresses: readAddresses(itemsAt(subset, 'addresses').map((address) => textAt(address, 'ip'))),
    ports: slicePorts(subset),
  }))
}

function slicePorts(node: YamlNode): EndpointSlice['ports'] {
  return itemsAt(node, 'ports').flatMap((item) => {
    const protocol = numberOfProtocol(textAt(item, 'protocol'))
    return protocol === null ? [] : [{ name: textAt(item, 'name'), protocol, port: numberAt(item, 'port') }]
  })
}

/** `None`, of a service without an address, and an empty text are no addresses. */
function readAddresses(texts: readonly string[]): readonly Cidr[] {
  return texts.flatMap((text) => parseCidr(text) ?? [])
}

function labelsOf(node: YamlNode | undefined): Labels {
  return labelsAt(mapAt(node, 'metadata'), 'labels')
}
