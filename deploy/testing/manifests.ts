/** Reads the manifests of deploy/ for their tests. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'

/** A parsed manifest or a part of one: tests reach into it by paths that only they know. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown }
  readonly [key: string]: unknown
}

export const deployFolder = fileURLToPath(new URL('..', import.meta.url))

export function readDeployFile(path: string): string {
  return readFileSync(`${deployFolder}${path}`, 'utf8')
}

/** The objects of a YAML file. Throws for YAML that is not valid. */
export function readManifests(path: string): readonly Manifest[] {
  return parseManifests(readDeployFile(path))
}

export function parseManifests(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true })
  if (!Array.isArray(documents)) return [] // yaml's answer to an empty text
  return documents.flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    const value: unknown = document.toJS()
    if (value === null) return []
    if (!isManifest(value)) throw new Error('A document is no Kubernetes object')
    return [value]
  })
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'apiVersion' in value &&
    'metadata' in value
  )
}

/** The value at a path of names and indexes, as in `spec.template.spec.containers.0.image`; undefined when there is none. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => {
    return typeof part === 'object' && part !== null ? Reflect.get(part, name) : undefined
  }, value)
}

/** The one object of a kind and a name. */
export function find(manifests: readonly Manifest[], kind: string, name = 'flowtrace'): Manifest {
  const [found, ...more] = manifests.filter((one) => one.kind === kind && one.metadata.name === name)
  if (found === undefined || more.length > 0) throw new Error(`There is not exactly one ${kind} ${name}`)
  return found
}

/** Whether a program is on the PATH. */
export function hasProgram(program: string): boolean {
  return spawnSync(program, ['version', '--client'], { stdio: 'ignore' }).error === undefined
}
