/** The fields that matter here of the kinds of Kubernetes beside its policies. The others are left alone. */
import { METADATA } from './policy-schemas.ts'
import {
  BOOLEAN,
  LABELS,
  listOf,
  NUMBER,
  NUMBER_OR_TEXT,
  openObject,
  type Schema,
  TEXT,
} from './object-schema.ts'

const CONTAINERS = listOf(
  openObject({ ports: listOf(openObject({ name: TEXT, protocol: TEXT, containerPort: NUMBER })) }),
)
const POD_SPEC = openObject({
  serviceAccountName: TEXT,
  serviceAccount: TEXT,
  hostNetwork: BOOLEAN,
  containers: CONTAINERS,
  initContainers: CONTAINERS,
})
const POD_TEMPLATE = openObject({ metadata: METADATA, spec: POD_SPEC })

export const NAMESPACE_SCHEMA = openObject({ metadata: METADATA }, 'metadata')

export const POD_SCHEMA = openObject(
  {
    metadata: METADATA,
    spec: POD_SPEC,
    status: openObject({ phase: TEXT, podIP: TEXT, podIPs: listOf(openObject({ ip: TEXT })) }),
  },
  'metadata',
)
export const WORKLOAD_SCHEMA = withTemplate(POD_TEMPLATE)
export const CRON_JOB_SCHEMA = openObject(
  { metadata: METADATA, spec: openObject({ jobTemplate: withTemplate(POD_TEMPLATE) }) },
  'metadata',
)
export const SERVICE_SCHEMA = openObject(
  {
    metadata: METADATA,
    spec: openObject({
      selector: LABELS,
      clusterIP: TEXT,
      clusterIPs: listOf(TEXT),
      ports: listOf(openObject({ name: TEXT, protocol: TEXT, port: NUMBER, targetPort: NUMBER_OR_TEXT })),
    }),
  },
  'metadata',
)
const SLICE_PORTS = listOf(openObject({ name: TEXT, protocol: TEXT, port: NUMBER }))
export const ENDPOINT_SLICE_SCHEMA = openObject(
  { metadata: METADATA, endpoints: listOf(openObject({ addresses: listOf(TEXT) })), ports: SLICE_PORTS },
  'metadata',
)
export const ENDPOINTS_SCHEMA = openObject(
  {
    metadata: METADATA,
    subsets: listOf(openObject({ addresses: listOf(openObject({ ip: TEXT })), ports: SLICE_PORTS })),
  },
  'metadata',
)

function withTemplate(template: Schema): Schema {
  return openObject({ metadata: METADATA, spec: openObject({ template }) })
}
