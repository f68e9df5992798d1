/** The addresses and ports behind a service, from its endpoint slices, or from its selector where none were loaded. */
import { holdsRange } from '../manifest/cidr.ts'
import type { Manifests, Pod, Service } from '../manifest/resources.ts'
import type { ConnectionEnd } from './connection.ts'

type Loaded = Pick<Manifests, 'services' | 'endpointSlices' | 'pods'>
type ServiceName = { readonly namespace: string; readonly name: string }

/**
 * Whether an end is behind a service. `protocol`: with it, which is for destinations, protocol and port count as well
 * (felix/calc/rule_scanner.go:425-435).
 */
export function isBehindService(
  service: ServiceName,
  end: ConnectionEnd,
  protocol: number | null,
  loaded: Loaded,
): boolean {
  const slices = loaded.endpointSlices.filter(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  )
  const isPort = (ports: readonly { protocol: number; port: number | null }[]): boolean =>
    protocol === null ||
    ports.some((own) => own.protocol === protocol && (own.port === null || own.port === end.port))
  if (slices.length > 0)
    return slices.some(
      ({ addresses, ports }) =>
        addresses.some((address) => holdsRange(address, end.address)) && isPort(ports),
    )
  const found = loaded.services.find(
    ({ namespace, name }) => namespace === service.namespace && name === service.name,
  )
  if (found === undefined) return false
  return loaded.pods.some(
    (pod) =>
      isSelected(pod, found) &&
      pod.addresses.some((address) => holdsRange(address, end.address)) &&
      isPort(targetsOf(found, pod)),
  )
}

function isSelected(pod: Pod, { namespace, selector }: Service): boolean {
  return (
    selector !== null &&
    pod.namespace === namespace &&
    Object.entries(selector).every(
      ([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value,
    )
  )
}

function targetsOf({ ports }: Service, pod: Pod): readonly { protocol: number; port: number | null }[] {
  return ports.flatMap(({ protocol, target }) => {
    if (typeof target === 'number') return [{ protocol, port: target }]
    const named = pod.ports.find((own) => own.name === target && own.protocol === protocol)
    return named === undefined ? [] : [{ protocol, port: named.port }]
  })
}
