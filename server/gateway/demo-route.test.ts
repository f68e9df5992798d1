import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import type { DemoStep } from '../../src/demo/demo-step.ts'
import type { DemoPolicies } from '../../src/demo/step-history.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GatewayOptions } from './gateway.ts'

const FROM = 1_790_000_025

class FakePolicies implements DemoPolicies {
  newest: { readonly step: DemoStep; readonly from: number } = { step: 'lab', from: -Infinity }

  choose(step: DemoStep) {
    this.newest = { step, from: FROM }
    return this.newest
  }
}

async function startDemo(options: Partial<GatewayOptions> = {}) {
  const policies = new FakePolicies()
  const url = await startTestGateway(null, { demo: policies, ...options })
  return { policies, url }
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const type = { 'content-type': 'application/json' }
  return fetch(new URL('demo', url), { method: 'POST', body, headers: { ...type, ...headers } })
}

test('tells which step is in force, and puts another one in force', async () => {
  const { policies, url } = await startDemo()
  const before = await fetch(new URL('demo', url))
  expect(await before.json()).toEqual({ step: 'lab', from: null })
  expect(before.headers.get('cache-control')).toBe('no-store')
  const chosen = await post(url, '{"step":"option-c"}')
  expect([chosen.status, await chosen.json()]).toEqual([200, { step: 'option-c', from: FROM }])
  expect(policies.newest.step).toBe('option-c')
  expect(await (await fetch(new URL('demo', url))).json()).toEqual({ step: 'option-c', from: FROM })
})

test.each([
  ['a step that the demo does not have', '{"step":"option-d"}'],
  ['a member of its prototype', '{"step":"constructor"}'],
  ['no step', '{}'],
  ['null', 'null'],
  ['no JSON', 'step=option-c'],
])('refuses %s with a sentence, and changes nothing', async (_, body) => {
  const { policies, url } = await startDemo()
  const response = await post(url, body)
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({ say: expect.stringMatching(/^The body (has to be|is not)/) })
  expect(policies.newest.step).toBe('lab')
})

test('refuses a body of another type and one that is too large', async () => {
  const { policies, url } = await startDemo()
  expect((await post(url, '{"step":"dns"}', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post(url, JSON.stringify({ step: 'dns', rest: 'x'.repeat(20_000) }))).status).toBe(413)
  expect(policies.newest.step).toBe('lab')
})

test('refuses another site’s page, and other methods', async () => {
  const { policies, url } = await startDemo()
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
  expect(await statusOf(url, foreign)).toBe(403)
  expect(await statusOf(url, { 'sec-fetch-site': 'same-origin' })).toBe(200)
  expect(policies.newest.step).toBe('dns')
  const response = await fetch(new URL('demo', url), { method: 'PUT', body: '{}' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
})

test('refuses who is not logged in', async () => {
  const tokenFile = join(await temporaryFolder(), 'token')
  await writeFile(tokenFile, 'correct-horse-battery-staple')
  const { policies, url } = await startDemo({ auth: { mode: 'token', tokenFile } })
  expect((await post(url, '{"step":"dns"}')).status).toBe(401)
  expect((await fetch(new URL('demo', url))).status).toBe(401)
  expect(policies.newest.step).toBe('lab')
})

test('is not there without a demo', async () => {
  const url = await startTestGateway(null)
  expect((await fetch(new URL('demo', url))).status).toBe(404)
  expect((await post(url, '{"step":"dns"}')).status).toBe(405)
})

/** Node's fetch sets Sec-Fetch-Site itself. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
    const request = httpRequest(new URL('demo', url), options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject)
    request.end('{"step":"dns"}')
  })
}
