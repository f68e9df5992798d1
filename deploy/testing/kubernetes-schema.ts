/** Checks manifests against the published schemas of Kubernetes, cert-manager and the Prometheus operator. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '../../scripts/run.mjs'
import type { Manifest } from './manifests.ts'

interface SchemaModule {
  readonly name: string
  load(): Promise<object>
}

/** The module that has the kinds of an apiVersion; no kept package has those of Calico and the Gateway API. */
const MODULES: Readonly<Record<string, SchemaModule>> = {
  v1: { name: 'kubernetes-models/v1', load: () => import('kubernetes-models/v1') },
  'apps/v1': { name: 'kubernetes-models/apps/v1', load: () => import('kubernetes-models/apps/v1') },
  'policy/v1': { name: 'kubernetes-models/policy/v1', load: () => import('kubernetes-models/policy/v1') },
  'networking.k8s.io/v1': {
    name: 'kubernetes-models/networking.k8s.io/v1',
    load: () => import('kubernetes-models/networking.k8s.io/v1'),
  },
  'rbac.authorization.k8s.io/v1': {
    name: 'kubernetes-models/rbac.authorization.k8s.io/v1',
    load: () => import('kubernetes-models/rbac.authorization.k8s.io/v1'),
  },
  'cert-manager.io/v1': {
    name: '@kubernetes-models/cert-manager/cert-manager.io/v1',
    load: () => import('@kubernetes-models/cert-manager/cert-manager.io/v1'),
  },
  'monitoring.coreos.com/v1': {
    name: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    load: () => import('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'),
  },
}

type Validator = new (data: unknown) => { validate(): void }

/** Whether there is a published schema for the object. */
export function hasSchema({ apiVersion }: Pick<Manifest, 'apiVersion'>): boolean {
  return apiVersion in MODULES
}

/** What the schema says against the values of an object; null for nothing. It lets unknown fields pass. */
export async function schemaFault(manifest: Manifest): Promise<string | null> {
  const module = await MODULES[manifest.apiVersion]?.load()
  const Model = Reflect.get(module ?? {}, manifest.kind) as Validator | undefined // kubernetes-models exports classes alone
  if (Model === undefined) return `${manifest.apiVersion} has no kind ${manifest.kind}`
  try {
    new Model(manifest).validate()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * What the compiler says against the objects as literals of the published types, which finds unknown and misspelt
 * fields; empty for nothing. All objects in one run, because the compiler takes a second to start.
 */
export function typeFaults(manifests: readonly Manifest[]): string {
  const cache = path.join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  // Inside of the project, so that the compiler finds its packages.
  const folder = mkdtempSync(path.join(cache, 'manifests-'))
  try {
    manifests.forEach((manifest, i) => {
      const type = `I${manifest.kind}`
      const source = `import type { ${type} } from '${MODULES[manifest.apiVersion]?.name}'\n`
      writeFileSync(
        path.join(folder, `${i}-${manifest.kind}-${manifest.metadata.name.replace(/\W/g, '-')}.ts`),
        `${source}export const manifest: ${type} = ${JSON.stringify(manifest, null, 2)}\n`,
      )
    })
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: 'esnext',
      moduleResolution: 'bundler',
      types: [],
    }
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: options, include: ['*.ts'] }),
    )
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
    const { stdout, stderr, error } = spawnSync(
      process.execPath,
      [compiler, '-p', folder, '--pretty', 'false'],
      {
        encoding: 'utf8',
      },
    )
    if (error !== undefined) throw error
    return `${stdout}${stderr}`.trim()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
