/** The type of the demo's conversations: two ends, their traffic, and the trace of each end's policies. */
import type { PolicyTrace } from '../flows/flow.ts'
import type { Endpoint } from './endpoints.ts'
import { egress } from './policies.ts'
import type { Traffic } from './traffic.ts'

/** A service whose address a node translated to the destination's. */
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
  /** The port of the destination, after translation; 0 for ICMP. */
  readonly port: number
  /**
   * Recorded by the node that translated the address: the source's, or the destination's for a connection from outside
   * the cluster to a NodePort (felix/collector/collector.go:684-691).
   */
  readonly service?: Service
  /** The egress trace; undefined where the source is not a workload. */
  readonly src?: PolicyTrace
  /** The ingress trace; undefined where the destination is not a workload, or where the source denies everything. */
  readonly dst?: PolicyTrace
  readonly traffic: Traffic
  /** There is traffic in every n-th bucket, by default in each. */
  readonly every?: number
  /** The probability that such a bucket has traffic, 1 by default. */
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
