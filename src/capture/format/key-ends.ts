/** The ends of a flow of another program, as the fields of its key. */
import type { EndpointType, FlowKey } from '../../flows/flow.ts'

export interface KeyEnd {
  readonly name: string
  /** `-` where there is none. */
  readonly namespace: string
  readonly type: EndpointType
}

type EndFields = Pick<
  FlowKey,
  'sourceName' | 'sourceNamespace' | 'sourceType' | 'destName' | 'destNamespace' | 'destType'
>

export function endsOfKey(source: KeyEnd, dest: KeyEnd): EndFields {
  return {
    sourceName: source.name,
    sourceNamespace: source.namespace,
    sourceType: source.type,
    destName: dest.name,
    destNamespace: dest.namespace,
    destType: dest.type,
  }
}
