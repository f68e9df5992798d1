/** For tests: records of other programs, in the forms in which people have them. */

/** A line of the Log action; `number` is in its destination. */
export function kernelLine(
  number = 1,
  head = '2026-11-02T10:00:15.5+00:00 node-1 kernel: [12345.678] calico-packet: ',
): string {
  return `${head}IN=cali1 OUT=eth0 MAC=ee:ee:ee SRC=10.0.0.1 DST=10.1.0.${number} LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=41000 DPT=8080 WINDOW=64240 RES=0x00 SYN URGP=0`
}

/** A flow of `calico-node -flows`, as Go prints it; `number` is in its destination. */
export function nodeText(number = 1): string {
  return `- Time=2026-11-02 11:00:15 +0100 CET Reporter=Src Action=Allow
  Src={wep(shop/web-6f7c9d5b8d-*)} Dst={wep(shop/api-${number}-*) Svc:shop/api} Proto={tcp(8080) Svc:http/80}
  Counts={Ingress: 1Pkts/60Bytes Egress:2Pkts/120Bytes} Connections={Started:3 Completed:4 Live:5}
  Enforced:
  - kind:CalicoNetworkPolicy  namespace:"shop"  name:"web"  tier:"platform"  action:Pass  rule_index:2  - kind:Profile  name:"kns.shop"  action:Allow  policy_index:1
  Pending:

`
}

/** A forwarded event of Hubble without its envelope. */
export function hubbleFlowRecord(
  number = 1,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    time: '2026-11-02T10:00:15.517394084Z',
    uuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    verdict: 'FORWARDED',
    IP: { source: '10.0.0.1', destination: '10.1.0.1', ipVersion: 'IPv4' },
    l4: { TCP: { source_port: 41000, destination_port: 8080, flags: { SYN: true } } },
    source: {
      ID: 7,
      identity: 1000,
      namespace: 'shop',
      labels: ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'],
      pod_name: 'web-6f7c9d5b8d-x2x4z',
      workloads: [{ name: 'web', kind: 'Deployment' }],
    },
    destination: { identity: 1001, namespace: 'shop', pod_name: `api-${number}-0` },
    Type: 'L3_L4',
    traffic_direction: 'EGRESS',
    is_reply: false,
    ...more,
  }
}

/** The same as Hubble's exporter writes it. */
export function hubbleEnvelope(number = 1, more: Readonly<Record<string, unknown>> = {}): object {
  return { flow: hubbleFlowRecord(number, more), node_name: 'node-1', time: '2026-11-02T10:00:15.5Z' }
}

/** A flow line of NetObserv. */
export function netObservLine(number = 1, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    SrcAddr: '10.0.0.1',
    SrcPort: 41000,
    SrcK8S_Name: 'web-6f7c9d5b8d-x2x4z',
    SrcK8S_Namespace: 'shop',
    SrcK8S_Type: 'Pod',
    DstAddr: '10.1.0.1',
    DstPort: 8080,
    DstK8S_Name: `api-${number}-0`,
    DstK8S_Namespace: 'shop',
    DstK8S_Type: 'Pod',
    Proto: 6,
    Bytes: 120,
    Packets: 2,
    TimeFlowStartMs: 1_793_613_615_123,
    TimeFlowEndMs: 1_793_613_618_456,
    ...more,
  }
}
