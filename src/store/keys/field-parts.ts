/** Which parts of a record the fields of the registry are made of. */
import type { LabelFieldId, NumberFieldId, TextFieldId } from '../../flows/field.ts'
import type { LabelledKey } from '../../flows/flow.ts'
import type { KeyPart } from './key-dictionary.ts'

export type KeyFieldId = TextFieldId | NumberFieldId | LabelFieldId
/** A part of the key, or the labels of one end. */
export type EntryPart = KeyPart | 'sourceLabels' | 'destLabels'

/**
 * A field's values are those that its rule in the registry gives for each of these parts alone; where there are two,
 * for either. The property tests hold this table to the registry.
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

/** Nothing recorded at all: to ask a field's rule about one part. */
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
