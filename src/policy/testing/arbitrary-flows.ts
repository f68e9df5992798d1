/** For tests: recorded flows whose ends are those of the clusters of arbitrary-world.ts, or nearly. */
import fc from 'fast-check'
import type { EndpointType, LabelledKey } from '../../flows/flow.ts'
import { buildKey } from '../../flows/testing/build.ts'

const anyEnd = fc.record({
  type: fc.constantFrom<EndpointType[]>(
    'WorkloadEndpoint',
    'WorkloadEndpoint',
    'WorkloadEndpoint',
    'Network',
    'NetworkSet',
    'HostEndpoint',
    'EndpointTypeUnspecified',
  ),
  namespace: fc.constantFrom('one', 'two', '-'),
  name: fc.constantFrom('pod-0', 'pod-1', 'pod-2', 'pod-*', 'set', 'pub', 'pvt'),
  labels: fc.subarray(['app=web', 'tier=a', 'projectcalico.org/serviceaccount=robot']),
})

export const anyFlow: fc.Arbitrary<LabelledKey> = fc
  .record({
    source: anyEnd,
    destination: anyEnd,
    proto: fc.constantFrom('tcp', 'udp', 'icmp', ''),
    port: fc.constantFrom(80, 443),
    reporter: fc.constantFrom('Src' as const, 'Dst' as const, 'Src' as const, 'ReporterUnspecified' as const),
  })
  .map(({ source, destination, proto, port, reporter }) => ({
    key: buildKey({
      sourceType: source.type,
      sourceNamespace: source.namespace,
      sourceName: source.name,
      destType: destination.type,
      destNamespace: destination.namespace,
      destName: destination.name,
      destPort: port,
      proto,
      reporter,
      policies: { enforced: [], pending: [] },
    }),
    sourceLabels: source.labels,
    destLabels: destination.labels,
  }))
