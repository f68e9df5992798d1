/** What a conversation of the demo cluster is: who talks to whom, how much, and what either end's policies say to it. */
import type { PolicyTrace } from '../flows/flow.ts'
import type { Endpoint } from './endpoints.ts'
import { egress } from './policies.ts'
import type { Traffic } from './traffic.ts'

/** A service whose address a node translated to that of the destination. */
export interface Service {
  readonly name: string
  readonly namespace: string
  /** `-` for a port without a name. */
  readonly portName: string
  readonly port: number
}

export interface Conversation {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly proto: 'tcp' | 'udp' | 'icmp'
  /** At the destination, after translation; 0 for ICMP. */
  readonly port: number
  /**
   * Known to the node that translated the address: the source's, or the destination's for what came from outside to a NodePort
   * (felix/collector/collector.go:684-691).
   */
  readonly service?: Service
  /** The source's egress trace; none where the source is not a workload. */
  readonly src?: PolicyTrace
  /** The destination's ingress trace; none where it is not a workload, or where the source let nothing through. */
  readonly dst?: PolicyTrace
  readonly traffic: Traffic
  /** Every how many buckets there is any, 1 unless given. */
  readonly every?: number
  /** The probability that a bucket has any, 1 unless given. */
  readonly chance?: number
}

export const KUBERNETES: Service = {
  name: 'kubernetes',
  namespace: 'default',
  portName: 'https',
  port: 443,
}
export const API_SERVICE: Service = { name: 'api', namespace: 'backend', portName: 'http', port: 80 }
export const DB_SERVICE: Service = { name: 'db', namespace: 'db', portName: 'postgres', port: 5432 }
export const KUBE_DNS: Service = { name: 'kube-dns', namespace: 'kube-system', portName: 'dns', port: 53 }
export const KUBE_DNS_TCP: Service = { ...KUBE_DNS, portName: 'dns-tcp' }

/** The hits of 01-dns-clients-egress: its first rule is for UDP, its second for TCP. */
export const DNS_OVER_UDP = egress('01-dns-clients-egress', 0)
export const DNS_OVER_TCP = egress('01-dns-clients-egress', 1)
