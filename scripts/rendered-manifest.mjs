// A manifest that a tool rendered (kubectl kustomize, helm template), with the hashes of its sources and of itself in its
// first lines. So a machine with Node alone notices a rendered file that is older than its sources, or was edited by hand.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

import { root } from './run.mjs'

/**
 * A rendered file and what it is made of.
 *
 * @typedef {object} Rendering
 * @property {string} file where it is written, from the root of the project
 * @property {'kubectl' | 'helm'} tool
 * @property {string} source the folder that the tool renders
 * @property {readonly string[]} sources all files and folders that the result depends on
 * @property {string | null} values a values file, for helm
 */

const KUSTOMIZE = 'deploy/kustomize'
/** The overlays that are the base and components. */
const COMPONENTS = new Map([
  ['policies', ['policies']],
  ['history', ['history']],
  ['history-clickhouse', ['history-clickhouse']],
  ['history-receiver', ['history', 'history-receiver']],
])
export const CHART = 'deploy/chart/flowtrace'

/** Each case is a kustomization, and a values file of the chart that makes the same objects. */
export const CASES = [
  'default',
  'nodeport',
  'ingress',
  'gateway-api',
  'oauth2-proxy',
  'kubernetes-auth',
  'policies',
  'history',
  'history-clickhouse',
  'history-receiver',
]

/** @returns {Rendering} The one file that `kubectl apply -f` takes. */
export function kustomizeRendering(/** @type {string} */ name) {
  const base = `${KUSTOMIZE}/base`
  const overlay = `${KUSTOMIZE}/overlays/${name}`
  return {
    file: name === 'default' ? 'deploy/flowtrace.yaml' : `deploy/flowtrace-${name}.yaml`,
    tool: 'kubectl',
    source: name === 'default' ? base : overlay,
    sources: [
      base,
      ...(name === 'default' ? [] : [overlay]),
      ...(COMPONENTS.get(name) ?? []).map((component) => `${KUSTOMIZE}/components/${component}`),
    ],
    values: null,
  }
}

/** @returns {Rendering} What helm makes of the chart, which a test holds to the file of the kustomization. */
export function chartRendering(/** @type {string} */ name) {
  return {
    file: `deploy/chart/rendered/${name}.yaml`,
    tool: 'helm',
    source: CHART,
    sources: [CHART],
    values: `${CHART}/ci/${name}-values.yaml`,
  }
}

/** @type {Rendering} ClickHouse for the history, which is no part of the chart. */
export const CLICKHOUSE = {
  file: 'deploy/clickhouse.yaml',
  tool: 'kubectl',
  source: `${KUSTOMIZE}/clickhouse`,
  sources: [`${KUSTOMIZE}/clickhouse`],
  values: null,
}

export const RENDERINGS = [...CASES.map(kustomizeRendering), CLICKHOUSE, ...CASES.map(chartRendering)]

/**
 * The command that renders.
 *
 * @param {Rendering} rendering
 * @returns {readonly [program: string, ...args: string[]]}
 */
export function renderCommand({ tool, source, values }) {
  if (tool === 'kubectl') return ['kubectl', 'kustomize', source]
  // A helm that was not built by its makers takes a version of Kubernetes for given that the chart does not support.
  const options = ['--namespace', 'flowtrace', '--kube-version', '1.34.0', '--values', values ?? '']
  return ['helm', 'template', 'flowtrace', source, ...options]
}

/**
 * The text of the file: its head, then what the tool printed.
 *
 * @param {Rendering} rendering
 * @param {string} output
 */
export function withHead(rendering, output) {
  const head = [
    `# Rendered from ${rendering.source} by npm run render. Change it there.`,
    ...(rendering.tool === 'kubectl' ? describe(rendering.source) : []),
    `# Sources: ${sourcesHash(rendering)}`,
    `# Content: ${hash(output)}`,
  ]
  return `${head.join('\n')}\n${output}`
}

/**
 * What is wrong with a rendered file; null when it is the rendering of its sources, as far as hashes can tell.
 *
 * @param {Rendering} rendering
 * @param {string} text
 */
export function staleness(rendering, text) {
  const found = /^# Sources: (\w+)\n# Content: (\w+)\n/m.exec(text)
  if (found === null) return `${rendering.file} has no hashes in its head`
  const [head, sources, content] = found
  if (sources !== sourcesHash(rendering)) return `${rendering.file} is older than its sources: npm run render`
  if (content !== hash(text.slice(found.index + head.length))) return `${rendering.file} was edited by hand`
  return null
}

/** The comment at the top of a kustomization, which says what is to be replaced. */
function describe(/** @type {string} */ source) {
  const lines = readFileSync(path.join(root, source, 'kustomization.yaml'), 'utf8').split('\n')
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('#')),
  )
}

/** @param {Rendering} rendering */
function sourcesHash({ sources }) {
  const files = sources.flatMap(filesOf).toSorted()
  return hash(files.map((file) => `${file}\n${readFileSync(path.join(root, file), 'utf8')}`).join('\n'))
}

/** @returns {string[]} */
function filesOf(/** @type {string} */ source) {
  const where = path.join(root, source)
  if (!statSync(where).isDirectory()) return [source]
  return readdirSync(where, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
}

/** 128 bits of SHA-256 are enough against mistakes; this is no signature. */
function hash(/** @type {string} */ text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
