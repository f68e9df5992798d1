import { describe, expect, test } from 'vitest'
import { loadConfig, parseConfig } from './config.ts'
import { toTrouble } from './trouble.ts'

const AT = new URL('http://127.0.0.1:8081/flowtrace/config.json')
const live = (endpoint: string) =>
  JSON.stringify({ source: { kind: 'live', name: 'demo cluster', endpoint } })

/** The trouble that a configuration causes; null for a valid one. */
function troubleOf(text: string) {
  try {
    parseConfig(text, AT)
    return null
  } catch (error) {
    return toTrouble(error)
  }
}

function load(answer: () => Promise<Response>, base = 'http://127.0.0.1:8081/flowtrace/') {
  const asked: string[] = []
  const fetcher = (url: Parameters<typeof fetch>[0]) => {
    if (typeof url === 'string') asked.push(url)
    return answer()
  }
  return { asked, config: loadConfig(base, new AbortController().signal, fetcher) }
}

describe('a configuration', () => {
  test.each([
    ['.', 'http://127.0.0.1:8081/flowtrace/'],
    ['./', 'http://127.0.0.1:8081/flowtrace/'],
    ['/', 'http://127.0.0.1:8081/'],
    ['goldmane', 'http://127.0.0.1:8081/flowtrace/goldmane/'],
    ['../other?x=1#y', 'http://127.0.0.1:8081/other/'],
    ['http://127.0.0.1:8081/abs', 'http://127.0.0.1:8081/abs/'],
  ])('with the endpoint %s means %s', (endpoint, absolute) => {
    expect(parseConfig(live(endpoint), AT)).toEqual({
      source: { kind: 'live', name: 'demo cluster', endpoint: absolute },
      clusters: [],
    })
  })

  test('names the policies of each source by their absolute address', () => {
    const source = { kind: 'live', name: 'a', endpoint: './', policies: './policies.json' }
    const other = { name: 'b', endpoint: './clusters/b/', policies: './clusters/b/policies.json' }
    const { clusters, ...config } = parseConfig(JSON.stringify({ source, clusters: [other] }), AT)
    expect(config.source.policies).toBe('http://127.0.0.1:8081/flowtrace/policies.json')
    expect(clusters[0]?.policies).toBe('http://127.0.0.1:8081/flowtrace/clusters/b/policies.json')
    expect(troubleOf(JSON.stringify({ source: { ...source, policies: 'https://other/' } }))).not.toBeNull()
  })

  test('with a capture gives its absolute address, query included', () => {
    const source = { kind: 'capture', name: 'incident.jsonl', url: 'capture?part=1' }
    expect(parseConfig(JSON.stringify({ source }), AT)).toEqual({
      source: { ...source, url: 'http://127.0.0.1:8081/flowtrace/capture?part=1' },
      clusters: [],
    })
  })

  test('says whether the source is a demo', () => {
    const source = { kind: 'live', name: 'demo cluster', endpoint: './', demo: true }
    const configured = parseConfig(JSON.stringify({ source }), AT)
    expect(configured.source).toMatchObject({ kind: 'live', demo: true })
    const other = parseConfig(JSON.stringify({ source: { ...source, demo: 'yes' } }), AT)
    expect(other.source).not.toHaveProperty('demo')
  })

  test('names the viewer where the server knows who asks', () => {
    const json = JSON.stringify({ source: { kind: 'live', name: 'demo', endpoint: './' }, viewer: 'a1' })
    expect(parseConfig(json, AT)).toMatchObject({ viewer: 'a1' })
    expect(troubleOf(json.replace('"a1"', '5'))?.detail).toContain('viewer')
  })

  test('of several clusters names each with its absolute endpoint, in order', () => {
    const source = { kind: 'live', name: 'b', endpoint: '.' }
    const clusters = [
      { name: 'b', endpoint: './' },
      { name: 'a', endpoint: 'clusters/a/' },
    ]
    expect(parseConfig(JSON.stringify({ source, clusters }), AT).clusters).toEqual([
      { kind: 'live', name: 'b', endpoint: 'http://127.0.0.1:8081/flowtrace/' },
      { kind: 'live', name: 'a', endpoint: 'http://127.0.0.1:8081/flowtrace/clusters/a/' },
    ])
  })

  test.each([
    ['a cluster without an address', [{ name: 'a' }], 'clusters.0.endpoint: '],
    ['a cluster that is no object', ['a'], 'clusters.0: '],
    ['no list of clusters', { name: 'a', endpoint: '.' }, 'clusters: '],
    ['two clusters of one name', [0, 0].map(() => ({ name: 'a', endpoint: '.' })), 'the same name'],
    ['a cluster on another origin', [{ name: 'a', endpoint: '//elsewhere.test/' }], 'no other server'],
    [
      'too many clusters',
      Array.from({ length: 1001 }, (_, i) => ({ name: `${i}`, endpoint: '.' })),
      'clusters:',
    ],
  ])('with %s is refused', (_, clusters, detail) => {
    const source = { kind: 'live', name: 'a', endpoint: '.' }
    expect(troubleOf(JSON.stringify({ source, clusters }))?.detail).toContain(detail)
  })

  test('of a newer server, with unknown members, is read', () => {
    const newer = { source: { kind: 'live', name: 'x', endpoint: '.', region: 'eu' }, banner: 'hello' }
    expect(parseConfig(JSON.stringify(newer), AT).source.kind).toBe('live')
  })

  test.each([
    'http://elsewhere.test/',
    '//elsewhere.test/',
    'https://127.0.0.1:8081/',
    'http://127.0.0.1:8082/',
    'javascript:alert(1)',
    'data:text/plain,x',
    'blob:http://127.0.0.1:8081/0',
    '\\\\elsewhere.test/x',
  ])('that sends the page to another origin, %s, is refused', (endpoint) => {
    expect(troubleOf(live(endpoint))).toMatchObject({ kind: 'bad-data', retry: false })
    expect(troubleOf(live(endpoint))?.detail).toContain('no other server')
  })

  test.each([
    ['no JSON', '<!doctype html>', /is not JSON/],
    ['no source', '{}', /^source: /],
    ['no object', '[]', /^all of it: /],
    ['an unknown kind', '{"source":{"kind":"magic","name":"x"}}', /^source\.kind: /],
    ['no endpoint', '{"source":{"kind":"live","name":"x"}}', /^source\.endpoint: /],
    ['an empty name', '{"source":{"kind":"live","name":"","endpoint":"."}}', /^source\.name: /],
    [
      'a name without end',
      JSON.stringify({ source: { kind: 'live', name: 'x'.repeat(201) } }),
      /^source\.name: /,
    ],
    ['a capture without an address', '{"source":{"kind":"capture","name":"x"}}', /^source\.url: /],
    ['an endpoint that is no address', live('http://[/'), /not an address/],
  ])('with %s is refused with the place of the fault', (_, text, detail) => {
    expect(troubleOf(text)).toMatchObject({ kind: 'bad-data', detail: expect.stringMatching(detail) })
  })
})

describe('loading the configuration', () => {
  test('asks for config.json beside the page', async () => {
    const { asked, config } = load(
      async () => new Response(live('.')),
      'http://127.0.0.1:8081/flowtrace/index.html?q=1',
    )
    expect((await config).source).toMatchObject({ endpoint: 'http://127.0.0.1:8081/flowtrace/' })
    expect(asked).toEqual(['http://127.0.0.1:8081/flowtrace/config.json'])
  })

  test('reports that there is none', async () => {
    const { config } = load(async () => new Response('', { status: 404 }))
    const trouble = toTrouble(await config.catch((error: unknown) => error))
    expect(trouble).toMatchObject({ kind: 'unsupported', say: expect.stringContaining('config.json') })
  })

  test('reports that no server answers, and that a retry makes sense', async () => {
    const { config } = load(() => Promise.reject(new TypeError('Failed to fetch')))
    expect(toTrouble(await config.catch((error: unknown) => error))).toMatchObject({
      kind: 'offline',
      retry: true,
    })
  })

  test('reports that the server wants a login', async () => {
    const { config } = load(async () => new Response('', { status: 401 }))
    expect(toTrouble(await config.catch((error: unknown) => error)).kind).toBe('login')
  })

  test('reports that the server failed', async () => {
    const { config } = load(async () => new Response('', { status: 500 }))
    expect(toTrouble(await config.catch((error: unknown) => error))).toMatchObject({
      kind: 'offline',
      retry: true,
    })
  })
})
