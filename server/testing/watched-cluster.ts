/**
 * A cluster whose policies are watched: the small API server of ours, or a real one with Calico's CRDs (test-cluster.ts), by
 * an account with the rights that the deployment gives.
 */
import { onTestFinished } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { readFileSync } from 'node:fs'
import { systemClock } from '../../src/lib/clock.ts'
import type { ServedPolicyDocument } from '../../src/wire/served-policies.ts'
import { EVERYONE, type Viewer } from '../auth/viewer.ts'
import { ClusterWatch, type ClusterWatchOptions } from '../policies/cluster-watch.ts'
import type { LogLine } from './guarded-server.ts'
import type { RightsRule } from './kube-admin.ts'
import { openTestCluster, type TestCluster } from './test-cluster.ts'

const ROLE = new URL('../../deploy/kustomize/components/policies/cluster-role.yaml', import.meta.url)

/** The rules of the role that the deployment gives. */
export function deployedRules(): readonly RightsRule[] {
  const [role] = parseAllDocuments(readFileSync(ROLE, 'utf8'))
  return role?.get('rules') === undefined ? [] : (role.toJS() as { rules: readonly RightsRule[] }).rules
}

export interface WatchedCluster {
  readonly cluster: TestCluster
  readonly watch: ClusterWatch
  readonly log: readonly LogLine[]
  /** Calico's group that is served, with its version, as in `/apis/projectcalico.org/v3`. */
  readonly calico: string
  /** The documents whose path has these words, as the viewer gets them. */
  readonly documents: (words: string, viewer?: Viewer) => readonly ServedPolicyDocument[]
  readonly state: (kind: string) => string
}

/** No waits worth the name, so that a test sees what comes after them. */
const DELAYS = {
  quick: { minMs: 20, firstBoundMs: 40, maxMs: 100 },
  slow: { minMs: 50, firstBoundMs: 100, maxMs: 200 },
}

export async function watchTestCluster(
  options: Partial<ClusterWatchOptions> & {
    readonly rules?: readonly RightsRule[]
    readonly cluster?: TestCluster
  } = {},
): Promise<WatchedCluster> {
  const { rules = deployedRules(), cluster = await openTestCluster(), ...rest } = options
  const account = await cluster.admin.createTokenWith(rules)
  await account.grant()
  const server = { ...cluster.server, tokenFile: await cluster.tokenFile(account.token) }
  const log: LogLine[] = []
  const record =
    (level: LogLine['level']) =>
    (event: string, fields = {}) =>
      void log.push({ level, event, fields })
  const watch = new ClusterWatch({
    server,
    clock: systemClock,
    log: { info: record('info'), warn: record('warn'), error: record('error') },
    delays: DELAYS,
    ...rest,
  })
  onTestFinished(() => watch.close())
  return {
    cluster,
    watch,
    log,
    calico: await servedCalico(cluster),
    documents: (words, viewer = EVERYONE) =>
      watch.contentFor(viewer).documents.filter(({ name }) => name.includes(words)),
    state: (kind) => watch.contentFor(EVERYONE).kinds.find((each) => each.kind === kind)?.state ?? '',
  }
}

/** Calico's group that is served, with its version, as in `/apis/projectcalico.org/v3`. */
export async function servedCalico({ admin }: TestCluster): Promise<string> {
  const v3 = '/apis/projectcalico.org/v3'
  return admin.get(v3).then(
    () => v3,
    () => '/apis/crd.projectcalico.org/v1',
  )
}

/** A policy of Calico of the namespace, with a selector to tell its versions by. */
export function calicoPolicy(calico: string, name: string, selector: string, namespace?: string): object {
  return {
    apiVersion: calico.replace('/apis/', ''),
    kind: namespace === undefined ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: { selector, types: ['Ingress'], ingress: [{ action: 'Allow' }] },
  }
}

/** Creates an object that is deleted when the test ends; returns the path of it. */
export async function createObject({ admin }: TestCluster, list: string, object: object): Promise<string> {
  await admin.create(list, object)
  const path = `${list}/${(object as { metadata: { name: string } }).metadata.name}`
  onTestFinished(() => admin.remove(path).catch(() => undefined))
  return path
}
