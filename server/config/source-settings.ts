/** The settings that say where flows come from. */
import { z } from 'zod'
import { DEMO_STEP_NAMES } from '../../src/demo/demo-step.ts'
import { DEFAULT_RING_BYTES } from '../bridge/served-cluster.ts'
import { GOLDMANE_NAMESPACE } from '../kubectl/kubectl-access.ts'
import { optional, setting } from './setting.ts'
import { bytes, file, namedSwitch, parsedText, structure, text, toggle } from './value-kind.ts'

const GIGABYTE = 1024 ** 3

/** The name of a cluster is a part of the page's address: a DNS label (RFC 1123). */
const clusterName = text(
  'a name of lower-case letters, digits and hyphens, 63 at most',
  (name) => name.length <= 63 && /^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(name),
)

/** A DNS label (RFC 1123): kubectl would take a text that begins with a hyphen for an option. */
const namespace = text('the name of a namespace', (name) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(name))

const goldmaneUrl = parsedText(
  'nothing but https://HOST:PORT, or http://HOST:PORT on the loopback',
  parseGoldmaneUrl,
)

/** Down to one bucket of a large cluster, up to what a machine of 64 GB has for it. */
const memory = bytes(16 * 1024 ** 2, 64 * GIGABYTE)

const policies = text('kubernetes, or the path of a file or folder')

const CLUSTER = 'a name and goldmane: https://HOST:PORT'
const clusterSchema = z.strictObject(
  {
    name: clusterName.schema,
    goldmane: goldmaneUrl.schema,
    ca: file.schema.optional(),
    cert: file.schema.optional(),
    key: file.schema.optional(),
    serverName: text('a host name').schema.optional(),
    memory: memory.schema.optional(),
    policies: policies.schema.optional(),
    history: toggle.schema.optional(),
  },
  { error: CLUSTER },
)
export type FileCluster = z.output<typeof clusterSchema>

const MAX_CLUSTERS = 100

const clusters = structure<readonly FileCluster[]>(
  `a list of clusters, each with ${CLUSTER}`,
  z
    .array(clusterSchema, { error: `a list of clusters, each with ${CLUSTER}` })
    .min(1, { error: 'at least one cluster' })
    .max(MAX_CLUSTERS, { error: `at most ${MAX_CLUSTERS} clusters` })
    .superRefine((all, context) => {
      all.forEach(({ name }, i) => {
        if (all.findIndex((other) => other.name === name) === i) return
        context.addIssue({ code: 'custom', path: [i, 'name'], message: 'a name that no other cluster has' })
      })
    }),
)

export const SOURCE_SETTINGS = {
  demo: setting(namedSwitch(DEMO_STEP_NAMES), false, {
    group: 'source',
    file: 'demo',
    argument: '[STEP]',
    help: `the demo cluster (default), with the policies of a step of its story: ${DEMO_STEP_NAMES.join(', ')}`,
  }),
  goldmane: optional(goldmaneUrl, {
    group: 'source',
    file: null,
    argument: 'URL',
    help: 'a Goldmane: https://HOST:7443, or http:// on the loopback',
  }),
  capture: optional(file, { group: 'source', file: 'capture', argument: 'FILE', help: 'a capture file' }),
  kubectl: setting(toggle, false, {
    group: 'source',
    file: null,
    help: "the Goldmane of your kubectl's current context: forwards a port and gets a certificate, as far as you may",
  }),
  clusters: optional(clusters, {
    group: 'source',
    file: 'clusters',
    help: 'several Goldmanes by name, each with what stands below --goldmane',
  }),
  name: optional(clusterName, {
    group: 'goldmane',
    file: null,
    argument: 'NAME',
    help: "the cluster's name in the address, the log and the metrics; goldmane unless given",
  }),
  ca: optional(file, {
    group: 'goldmane',
    file: null,
    argument: 'FILE',
    help: "who signed Goldmane's certificate (PEM)",
  }),
  cert: optional(file, {
    group: 'goldmane',
    file: null,
    argument: 'FILE',
    help: 'the client certificate (PEM)',
  }),
  key: optional(file, { group: 'goldmane', file: null, argument: 'FILE', help: 'its key (PEM)' }),
  'server-name': optional(text('a host name'), {
    group: 'goldmane',
    file: null,
    argument: 'NAME',
    help: "the name in Goldmane's certificate, when it is not HOST",
  }),
  context: optional(text('the name of a context'), {
    group: 'kubectl',
    file: null,
    argument: 'NAME',
    help: 'another context of your kubectl',
  }),
  namespace: setting(namespace, GOLDMANE_NAMESPACE, {
    group: 'kubectl',
    file: null,
    argument: 'NAME',
    help: "Goldmane's namespace, calico-system unless given",
  }),
  memory: setting(memory, DEFAULT_RING_BYTES, {
    group: 'goldmane',
    file: 'memory',
    argument: 'SIZE',
    help: "the most that Goldmane's last hour may take, for each cluster",
  }),
  policies: optional(policies, {
    group: 'policies',
    file: 'policies',
    argument: 'WHERE',
    help: "kubernetes, to list and watch the cluster's, or a file or folder of manifests, for the page to explain flows by; of several clusters each has its own",
  }),
} as const

function parseGoldmaneUrl(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return null
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  return isBare ? url.origin : null
}
