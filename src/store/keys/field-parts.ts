import type { LabelFieldId, NumberFieldId, TextFieldId } from '../../flows/field.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import type { KeyPart } from './key-dictionary.ts'

export type KeyFieldId = TextFieldId | NumberFieldId | LabelFieldId
/** What an entry consists of: the fifteen parts of its key, and the labels of either end. */
export type EntryPart = KeyPart | 'sourceLabels' | 'destLabels'

/**
 * The parts that each field of the registry is computed from. Where there are two, the field has the values of either:
 * `ns` has those of the source's namespace and those of the destination's. Property tests compare this table with the
 * registry (`flows/field.ts`).
 */
export const PARTS_OF_FIELD: Readonly<Record<KeyFieldId, readonly EntryPart[]>> = {
  action: ['action'],
  pending: ['policies'],
  changed: ['policies'],
  reporter: ['reporter'],
  'src.ns': ['sourceNamespace'],
  'src.name': ['sourceName'],
  'src.type': ['sourceType'],
  'src.label': ['sourceLabels'],
  'dst.ns': ['destNamespace'],
  'dst.name': ['destName'],
  'dst.type': ['destType'],
  'dst.label': ['destLabels'],
  ns: ['sourceNamespace', 'destNamespace'],
  name: ['sourceName', 'destName'],
  type: ['sourceType', 'destType'],
  label: ['sourceLabels', 'destLabels'],
  service: ['destServiceName'],
  'svc.ns': ['destServiceNamespace'],
  proto: ['proto'],
  port: ['destPort'],
  policy: ['policies'],
  decided: ['policies'],
  tier: ['policies'],
  kind: ['policies'],
  'policy.ns': ['policies'],
  rule: ['policies'],
  trigger: ['policies'],
}

/** A key without any value. With one part set, it makes a field compute its values from that part alone. */
export const EMPTY_KEY: LabelledKey = {
  key: {
    sourceName: '',
    sourceNamespace: '',
    sourceType: 'EndpointTypeUnspecified',
    destName: '',
    destNamespace: '',
    destType: 'EndpointTypeUnspecified',
    destPort: 0,
    destServiceName: '',
    destServiceNamespace: '',
    destServicePortName: '',
    destServicePort: 0,
    proto: '',
    reporter: 'ReporterUnspecified',
    action: 'ActionUnspecified',
    policies: { enforced: [], pending: [] },
  },
  sourceLabels: [],
  destLabels: [],
}
