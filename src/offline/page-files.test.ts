import { expect, test } from 'vitest'

import { answerTo } from './page-files.ts'

const SCOPE = 'https://flows.test/tools/flowtrace/'
const FILES = ['index.html', 'first-paint.js', 'assets/main-abc.js']

/** A request as a browser makes it: a Request of mode `navigate` cannot be constructed. */
const request = (path: string, { mode = 'cors', method = 'GET' } = {}) =>
  // All that the code reads of it.
  ({ url: new URL(path, SCOPE).href, method, mode }) as Request

function setUp(network: Response | Error) {
  const asked: string[] = []
  const answer = (path: string, options?: { mode?: string; method?: string }) =>
    answerTo(request(path, options), {
      scope: SCOPE,
      files: new Set(FILES),
      kept: (file) => Promise.resolve(FILES.includes(file) ? new Response(`kept ${file}`) : undefined),
      fetch: ({ url }) => {
        asked.push(url)
        return network instanceof Error ? Promise.reject(network) : Promise.resolve(network.clone())
      },
    })
  const text = async (path: string, options?: { mode?: string; method?: string }) =>
    (await answer(path, options))?.text() ?? null
  return { text, asked }
}

const NAVIGATE = { mode: 'navigate' }

test('without a network the page and its files come from their copies', async () => {
  const { text } = setUp(new TypeError('Failed to fetch'))
  expect(await text('?q=dst.ns+%3D+db', NAVIGATE)).toBe('kept index.html')
  expect(await text('index.html', NAVIGATE)).toBe('kept index.html')
  expect(await text('first-paint.js')).toBe('kept first-paint.js')
  expect(await text('assets/main-abc.js')).toBe('kept assets/main-abc.js')
})

test('with one, a new version of the page is seen at once, and files named by their hash are not asked for', async () => {
  const { text, asked } = setUp(new Response('new'))
  expect(await text('', NAVIGATE)).toBe('new')
  expect(await text('first-paint.js')).toBe('new')
  expect(await text('assets/main-abc.js')).toBe('kept assets/main-abc.js')
  expect(asked).toEqual([SCOPE, `${SCOPE}first-paint.js`])
})

test('a proxy that says that the server is away is no answer; any other status is one', async () => {
  expect(await setUp(new Response('Bad gateway', { status: 502 })).text('', NAVIGATE)).toBe('kept index.html')
  expect(await setUp(new Response('Log in', { status: 401 })).text('', NAVIGATE)).toBe('Log in')
  expect(await setUp(new Response('broken', { status: 500 })).text('', NAVIGATE)).toBe('broken')
})

test.each([
  ['config.json', {}],
  ['goldmane.Flows/Stream', { method: 'POST' }],
  ['session', {}],
  ['assets/of-another-version.js', {}],
  ['metrics', NAVIGATE],
  ['index.html', { method: 'POST' }],
  ['/index.html', NAVIGATE],
  ['https://elsewhere.test/tools/flowtrace/index.html', NAVIGATE],
])('what is none of the page’s files is left to the network: %s', async (path, options) => {
  const { text, asked } = setUp(new Response('new'))
  expect(await text(path, options)).toBeNull()
  expect(asked).toEqual([])
})

test('an error of the network is passed on where there is no copy', async () => {
  const answer = answerTo(request('', NAVIGATE), {
    scope: SCOPE,
    files: new Set(FILES),
    kept: () => Promise.resolve(undefined),
    fetch: () => Promise.reject(new TypeError('Failed to fetch')),
  })
  await expect(answer).rejects.toThrow('Failed to fetch')
})
