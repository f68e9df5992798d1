/** The steps of the story that the demo tells: which policies are in force, and what to look for in the flows. */

export interface DemoStepEntry {
  /** For `--demo STEP`, the configuration and the gateway's route. */
  readonly name: string
  readonly title: string
  /** One sentence: what the flows show. */
  readonly look: string
  /** The query that shows it. */
  readonly query: string
}

const TABLE = [
  {
    name: 'lab',
    title: 'The whole lab',
    look: 'Option B with the policies of all that runs beside the app: default/test is denied on its way to backend/api, and three staged policies wait.',
    query: 'src.ns = default and dst.ns = backend',
  },
  {
    name: 'part-1',
    title: 'Part 1: policies of Kubernetes alone',
    look: 'Allowed are web to api and api to db; default/test may send, and is denied at its destination.',
    query: 'action = Deny and dst.ns = backend',
  },
  {
    name: 'default-deny',
    title: 'A default deny for the cluster',
    look: 'Everything outside the four system namespaces is denied where it leaves, lookups by DNS included.',
    query: 'action = Deny and port = 53',
  },
  {
    name: 'dns',
    title: 'DNS restored',
    look: 'Lookups work again, by orders 20 and 21; web to api and api to db are still denied.',
    query: 'src.ns = (frontend, backend)',
  },
  {
    name: 'option-a',
    title: 'Option A: the app left out of the deny',
    look: 'The policies of Kubernetes decide the app’s flows again; default/test is denied where it leaves.',
    query: 'src.ns = (frontend, backend, default)',
  },
  {
    name: 'option-b',
    title: 'Option B: the app allowed by order 9',
    look: 'Both ends allow web to api and api to db; default/test is denied at the source, by the end of tier default.',
    query: 'src.ns = default and action = Deny',
  },
  {
    name: 'option-c',
    title: 'Option C: tiers app and baseline',
    look: 'Tier app allows web to api, but swallows the lookups of both: the end of tier app denies them, and tier default is not asked.',
    query: 'src.ns = (frontend, backend) and port = 53',
  },
  {
    name: 'option-c-repaired',
    title: 'Option C, repaired',
    look: 'Tier app passes on what it does not allow, and baseline stands after default: 01-dns-clients-egress allows the lookups again.',
    query: 'src.ns = (frontend, backend) and port = 53',
  },
  {
    name: 'staged',
    title: 'A staged change on top',
    look: 'Two staged policies of tier app: one would let api reach payments, the other would deny all lookups of the app. Neither is enforced.',
    query: 'pending != enforced',
  },
] as const satisfies readonly DemoStepEntry[]

export type DemoStep = (typeof TABLE)[number]['name']

export const DEMO_STEPS: readonly (DemoStepEntry & { readonly name: DemoStep })[] = TABLE

export const DEMO_STEP_NAMES: readonly DemoStep[] = TABLE.map(({ name }) => name)

/** What the demo shows unless told otherwise. */
export const DEFAULT_DEMO_STEP: DemoStep = 'lab'

export function isDemoStep(name: unknown): name is DemoStep {
  return TABLE.some((step) => step.name === name)
}
