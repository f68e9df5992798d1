/**
 * Policies between their manifests and {@link Policy}: of every kind in the words of Calico's v3 API, with selectors as
 * texts, because Calico scopes selectors by putting their texts together.
 */
import type { Cidr } from './cidr.ts'
import type { Policy, Port, Rule, RuleEnd } from './policy.ts'

export interface SpecEnd {
  readonly nets: readonly Cidr[]
  readonly notNets: readonly Cidr[]
  readonly ports: readonly Port[]
  readonly notPorts: readonly Port[]
  /** Selectors are empty where there is none. */
  readonly selector: string
  readonly namespaceSelector: string
  readonly notSelector: string
  readonly serviceAccounts: { readonly names: readonly string[]; readonly selector: string } | null
  readonly service: RuleEnd['service']
}

export type SpecRule = Omit<Rule, 'source' | 'destination'> & {
  readonly source: SpecEnd
  readonly destination: SpecEnd
}

export type PolicySpec = Omit<Policy, 'selector' | 'ingress' | 'egress'> & {
  readonly selector: string
  readonly namespaceSelector: string
  readonly serviceAccountSelector: string
  readonly ingress: readonly SpecRule[] | null
  readonly egress: readonly SpecRule[] | null
}

export const ANY_END: SpecEnd = {
  nets: [],
  notNets: [],
  ports: [],
  notPorts: [],
  selector: '',
  namespaceSelector: '',
  notSelector: '',
  serviceAccounts: null,
  service: null,
}

/** A rule of which nothing but its action is given matches everything. */
export function anyRule(action: Rule['action'], place: Rule['place']): SpecRule {
  return {
    action,
    protocol: null,
    notProtocol: null,
    ipVersion: null,
    icmp: null,
    notIcmp: null,
    source: ANY_END,
    destination: ANY_END,
    hasHttp: false,
    place,
  }
}
