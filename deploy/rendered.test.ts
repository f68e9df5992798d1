/** The rendered manifests are those of their sources, and the chart makes the same objects as the kustomizations. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import {
  CASES,
  chartRendering,
  kustomizeRendering,
  renderCommand,
  RENDERINGS,
  staleness,
  withHead,
} from '../scripts/rendered-manifest.mjs'
import { root } from '../scripts/run.mjs'
import { at, hasProgram, parseManifests, readDeployFile, type Manifest } from './testing/manifests.ts'

const textOf = ({ file }: { readonly file: string }) => readDeployFile(file.replace(/^deploy\//, ''))

describe.each(RENDERINGS)('$file', (rendering) => {
  test('is not stale and was not edited by hand', () => {
    expect(staleness(rendering, textOf(rendering))).toBeNull()
  })

  test.skipIf(!hasProgram(rendering.tool))(`is what ${rendering.tool} renders`, () => {
    const [program, ...args] = renderCommand(rendering)
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect(parseManifests(textOf(rendering))).toEqual(parseManifests(stdout))
  })
})

describe('a rendered file that is not up to date', () => {
  const rendering = kustomizeRendering('nodeport')
  const text = textOf(rendering)

  test.each([
    ['is older than its sources', text.replace(/^# Sources: \w{4}/m, '# Sources: 0000')],
    ['was edited by hand', text.replace('nodePort: 30082', 'nodePort: 30083')],
    ['has no hashes in its head', text.replace(/^# Content.*\n/m, '')],
  ])('is told: it %s', (words, changed) => {
    expect(staleness(rendering, changed)).toContain(words)
  })

  test('is not told of one that was just rendered', () => {
    expect(staleness(rendering, withHead(rendering, 'kind: Service\n'))).toBeNull()
  })
})

/** What Helm adds by its custom. */
const HELM_LABELS = new Set(['app.kubernetes.io/instance', 'app.kubernetes.io/managed-by', 'helm.sh/chart'])

/** Lists whose order means nothing here, and which the two tools write in different ones. */
const UNORDERED = new Set(['env', 'volumes', 'volumeMounts'])

const idOf = (item: unknown) => String(at(item, 'mountPath') ?? at(item, 'name'))

/** Without Helm's labels, with unordered lists sorted. */
function comparable(manifests: readonly Manifest[]): unknown {
  const byName = Object.fromEntries(
    manifests
      // The namespace of a release is made by `helm install --create-namespace`.
      .filter(({ kind }) => kind !== 'Namespace')
      .map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]),
  )
  return JSON.parse(JSON.stringify(byName), (key, value: unknown) => {
    if (UNORDERED.has(key) && Array.isArray(value)) {
      return value.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).filter(([name]) => !HELM_LABELS.has(name)))
  })
}

test.each(CASES)('the chart makes the same objects as the kustomization: %s', (name) => {
  const chart = comparable(parseManifests(textOf(chartRendering(name))))
  expect(chart).toEqual(comparable(parseManifests(textOf(kustomizeRendering(name)))))
})
