import { describe, expect, test } from 'vitest'

import { readManifests } from './read-manifests.ts'
import { faultLines, readText } from './testing/read-text.ts'
import { STORY_FILES } from './testing/story-files.ts'

/** A GlobalNetworkPolicy in one line. */
function policy(name: string, spec = '{}'): string {
  return `{ apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: { name: ${name} }, spec: ${spec} }\n`
}

function jsonPolicy(name: string): string {
  const object = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalNetworkPolicy', metadata: { name } }
  return JSON.stringify(object, null, '\t')
}

/** A policy in the form of Calico's store, with an annotation of JSON. */
function stored(name: string, annotation: string): string {
  return `apiVersion: crd.projectcalico.org/v1
kind: GlobalNetworkPolicy
metadata: { name: ${name}, annotations: { projectcalico.org/metadata: '${annotation}' } }
spec: {}`
}

function anyObject(apiVersion: string, kind: string): string {
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\n`
}

function namesOf(text: string): readonly string[] {
  const { manifests, faults } = readText(text)
  expect(faultLines(faults)).toEqual([])
  return manifests.policies.map(({ name }) => name)
}

describe("the story's manifests", () => {
  const readStory = STORY_FILES.map((file) => ({ name: file.name, ...readManifests([file]) }))

  test.each(readStory)('$name has no fault that matters', ({ faults }) => {
    expect(faults.filter(({ effect }) => effect !== 'ignored')).toEqual([])
  })

  test('have these policies and tiers', () => {
    expect(readStory.flatMap(({ manifests }) => manifests.policies)).toHaveLength(23)
    const optionC = readStory.find(({ name }) => name === 'option-c-tiers.yaml')
    expect(optionC?.manifests.tiers.map(({ name, order }) => `${name} ${order}`)).toEqual([
      'kube-admin 1000',
      'default 1000000',
      'kube-baseline 10000000',
      'app 20',
      'baseline 100',
    ])
  })
})

describe('documents', () => {
  test.each([
    [
      'with empty ones and comments between',
      `---\n# a\n---\n\n---\n${policy('a')}---\n...\n---\n${policy('b')}`,
    ],
    [
      'with a byte order mark and CRLF',
      `\uFEFF---\n${policy('a')}---\n${policy('b')}`.replaceAll('\n', '\r\n'),
    ],
    ['with directives and text after the marker', `%YAML 1.2\n--- # a\n${policy('a')}--- ${policy('b')}`],
    [
      'of JSON, one after another',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [] }, null, 2) +
        `\n${policy('a')}---\n${policy('b')}`,
    ],
  ])('%s', (_, text) => {
    expect(namesOf(text)).toEqual(['a', 'b'])
  })

  test('of a stream of JSON objects', () => {
    expect(namesOf(`${jsonPolicy('a')}\n${jsonPolicy('b')}\n`)).toEqual(['a', 'b'])
  })

  test('that are broken leave the others alone', () => {
    const { manifests, faults } = readText(
      `${policy('a')}---\nkind: [\n---\nkind: "\n---\n{{ .Values }}\n---\n${policy('b')}`,
    )
    expect(manifests.policies.map(({ name, place }) => `${name} ${place.line}`)).toEqual(['a 1', 'b 9'])
    expect(faults.map(({ place, effect }) => `${place.line} ${effect}`)).toEqual([
      '3 refused',
      '5 refused',
      '7 refused',
    ])
  })

  test('with anchors, aliases and merges', () => {
    const { manifests } = readText(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: a }
spec:
  ingress:
    - &rule { action: Allow, protocol: TCP, destination: { ports: &ports [80] } }
    - *rule
    - { <<: *rule, action: Deny }`)
    const ingress = manifests.policies[0]?.ingress
    expect(ingress?.map(({ action, destination }) => [action, destination.ports])).toEqual([
      ['Allow', [{ from: 80, to: 80 }]],
      ['Allow', [{ from: 80, to: 80 }]],
      ['Deny', [{ from: 80, to: 80 }]],
    ])
  })

  test.each([
    [
      'aliases that multiply',
      `a: &a [${'x, '.repeat(200)}]\nb: &b [${'*a, '.repeat(200)}]\nc: [${'*b, '.repeat(200)}]`,
      'No YAML: More than 2000000 values, aliases included',
    ],
    ['too many levels', `a: ${'['.repeat(200)}${']'.repeat(200)}`, 'No YAML: More than 100 levels'],
    ['levels without end', `a: ${'['.repeat(100_000)}`, 'No YAML: Nested too deeply'],
    ['an alias within itself', 'a: &a [*a]', /^No YAML: /],
    ['a list', '[]', 'A manifest is a mapping'],
    ['a text', 'Release "x" has been upgraded.', 'A manifest is a mapping'],
    ['no kind', 'a: b', 'The kind is missing'],
  ])('with %s are refused', (_, text, reason) => {
    const { faults } = readText(text)
    expect(faults).toEqual([
      expect.objectContaining({
        effect: 'refused',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      }),
    ])
  })
})

test.each([
  ['line breaks', '\n'.repeat(5_000_000)],
  ['comments', '# a\n'.repeat(2_000_000)],
  ['markers', '---\n'.repeat(200_000)],
  ['blanks', ' '.repeat(5_000_000)],
  ['carriage returns', '\r'.repeat(1_000_000)],
])('a file of nothing but %s has no documents', (_, text) => {
  expect(readText(text).faults).toEqual([])
})

describe('lists', () => {
  test('of kubectl, and of one kind, whose items leave it out', () => {
    expect(
      namesOf(`apiVersion: v1
kind: List
items:
  - ${policy('a')}
  - apiVersion: projectcalico.org/v3
    kind: GlobalNetworkPolicyList
    items: [{ metadata: { name: b } }, { metadata: { name: c }, spec: {} }]`),
    ).toEqual(['a', 'b', 'c'])
  })

  test('that are nested without end are refused', () => {
    const open = '{ kind: List, items: ['
    expect(readText(`${open.repeat(9)}${']}'.repeat(9)}`).faults).toEqual([
      expect.objectContaining({ effect: 'refused', reason: 'Lists within lists within lists' }),
    ])
  })
})

describe('the form in which Calico stores its objects', () => {
  test.each([
    ['the name of its annotation', stored('default.a', '{"name":"b"}'), 'b'],
    [
      'the name without its tier, where older versions wrote the annotation',
      stored('default.a', '{"uid":"1"}'),
      'a',
    ],
    ['its own name, where the annotation is no JSON', stored('b.a', '{'), 'b.a'],
    [
      'its own name without an annotation',
      policy('default.a').replace('projectcalico.org/v3', 'crd.projectcalico.org/v1'),
      'default.a',
    ],
  ])('has %s', (_, text, name) => {
    expect(namesOf(text)).toEqual([name])
  })
})

describe('objects', () => {
  test('of one name are two where one is of Kubernetes and the other of Calico', () => {
    const text = ['networking.k8s.io/v1', 'projectcalico.org/v3']
      .map((version) => `apiVersion: ${version}\nkind: NetworkPolicy\nmetadata: { namespace: n, name: a }\n`)
      .join('---\n')
    const { manifests, faults } = readText(text)
    expect(manifests.policies.map(({ kind }) => kind)).toEqual(['NetworkPolicy', 'CalicoNetworkPolicy'])
    expect(faultLines(faults)).toEqual([])
  })

  test('of one name: the later one counts, at the place of the earlier one', () => {
    const { manifests, faults } = readManifests([
      { name: 'a.yaml', text: `${policy('a')}---\n${policy('b')}` },
      { name: 'b.yaml', text: policy('a', '{ order: 7 }') },
    ])
    expect(manifests.policies.map(({ name, order }) => [name, order])).toEqual([
      ['a', 7],
      ['b', null],
    ])
    expect(faultLines(faults)).toEqual(['1:1 refused : Given again at b.yaml:1, which counts'])
  })

  test('of other kinds are said once for each kind', () => {
    const { faults } = readText(
      anyObject('v1', 'ConfigMap') +
        anyObject('v1', 'ConfigMap') +
        anyObject('projectcalico.org/v3', 'FelixConfiguration') +
        anyObject('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'),
    )
    expect(faultLines(faults)).toEqual([
      '2:1 ignored kind: 2 objects of the kind ConfigMap, which policies do not depend on',
      '10:1 unknown kind: 1 object of the kind FelixConfiguration (projectcalico.org) not read',
      '14:1 unknown kind: 1 object of the kind AdminNetworkPolicy: Calico reads ClusterNetworkPolicy in its place from 3.32 on',
    ])
  })

  test('without a name are refused; a namespace where there is none is ignored', () => {
    const { manifests, faults } = readText(`${policy('""')}---\n${policy('a, namespace: b')}`)
    expect(manifests.policies.map(({ name, namespace }) => [name, namespace])).toEqual([['a', '']])
    expect(faultLines(faults)).toEqual([
      '1:74 refused metadata.name: The name is missing',
      '3:74 ignored metadata.namespace: A GlobalNetworkPolicy has no namespace',
    ])
  })
})
