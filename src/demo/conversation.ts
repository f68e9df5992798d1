/** The type of the demo's conversations: two ends and their traffic. What becomes of it, policies decide. */
import type { Endpoint } from './endpoints.ts'
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
  readonly traffic: Traffic
  /** What is sent where an end denies it; by default as many tries as {@link traffic} has, none of which is answered. */
  readonly denied?: Traffic
  /** It ends before Felix computes the pending hits at the source, which are then missing. */
  readonly endsEarly?: true
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
