/** The addresses and ports behind a service, from its endpoint slices, or from its selector where none were loaded. */
import { type Cidr, holdsRange } from '../manifest/cidr.ts'
import type { Manifests, Pod, Service } from '../manifest/resources.ts'
import type { ConnectionEnd } from './connection.ts'
import type { Truth } from './missing-fact.ts'

/** What services are found in. */
export type LoadedServices = Pick<Manifests, 'services' | 'endpointSlices' | 'pods'>
type ServiceName = { readonly namespace: string; readonly name: string }

/**
 * Whether an end is behind a service. `protocol`: with it, which is for destinations, protocol and port count as well
 * (felix/calc/rule_scanner.go:425-435).
 */
export function isBehindService(
  service: ServiceName,
  end: ConnectionEnd,
  protocol: number | null,
  loaded: LoadedServices,
): boolean {
  const slices = slicesOf(service, loaded)
  const isPort = (ports: readonly { protocol: number; port: number | null }[]): boolean =>
    protocol === null ||
    ports.some((own) => own.protocol === protocol && (own.port === null || own.port === end.port))
  if (slices.length > 0)
    return slices.some(
      ({ addresses, ports }) =>
        addresses.some((address) => holdsRange(address, end.address)) && isPort(ports),
    )
  const found = serviceOf(service, loaded)
  if (found === undefined) return false
  return loaded.pods.some(
    (pod) =>
      isSelected(pod, found) &&
      pod.addresses.some((address) => holdsRange(address, end.address)) &&
      isPort(targetsOf(found, pod)),
  )
}

function slicesOf({ namespace, name }: ServiceName, { endpointSlices }: LoadedServices) {
  return endpointSlices.filter((slice) => slice.service === name && slice.namespace === namespace)
}

function serviceOf({ namespace, name }: ServiceName, { services }: LoadedServices): Service | undefined {
  return services.find((service) => service.namespace === namespace && service.name === name)
}

/**
 * Whether an end that has one of some addresses is behind a service: undefined where they differ in that, and where
 * neither the service nor its slices were loaded. `protocol`: as for {@link isBehindService}.
 */
export function mayBeBehindService(
  service: ServiceName,
  addresses: readonly Cidr[],
  port: number | null,
  protocol: number | null,
  loaded: LoadedServices,
): Truth {
  const isLoaded = slicesOf(service, loaded).length > 0 || serviceOf(service, loaded) !== undefined
  if (!isLoaded || addresses.some(({ first, last }) => first !== last)) return undefined
  const answers = addresses.map((address) =>
    isBehindService(service, { address, endpoint: null, port }, protocol, loaded),
  )
  return answers.every((answer) => answer === answers[0]) ? answers[0] : undefined
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
