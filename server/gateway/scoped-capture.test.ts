import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { writeFlow } from '../../src/capture/write.ts'
import { anyFlow } from '../../src/filter/testing/arbitrary-queries.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import type { Viewer } from '../auth/viewer.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { DOWNLOAD_STALL_MS } from './capture-download.ts'
import { scopedLines } from './scoped-capture.ts'

/** The lines of a capture that the viewer gets. */
async function linesOf(capture: string, viewer: Viewer): Promise<readonly string[]> {
  const lines = await text(Readable.from(scopedLines(Readable.from([Buffer.from(capture)]), viewer)))
  return lines.split('\n').filter((line) => line !== '')
}

const SHOP: Viewer = { name: 'eve', namespaces: new Set(['shop']), hidesOtherEnd: false }

const INNER = buildFlow({ sourceNamespace: 'shop', destNamespace: 'shop' })
const OUTGOING = buildFlow({ sourceNamespace: 'shop', destNamespace: 'bank', destName: 'vault-*' })
const FOREIGN = buildFlow({ sourceNamespace: 'bank', destNamespace: 'bank' })
const CAPTURE = [INNER, OUTGOING, FOREIGN].map((flow) => `${writeFlow(flow)}\n`).join('')

describe('a viewer of some namespaces', () => {
  test('gets the flows that have an end in one of them', async () => {
    expect(await linesOf(CAPTURE, SHOP)).toEqual([writeFlow(INNER), writeFlow(OUTGOING)])
  })

  test('does not get the name of the other end where it is hidden', async () => {
    const lines = await linesOf(CAPTURE, { ...SHOP, hidesOtherEnd: true })
    expect(lines).toHaveLength(2)
    expect(lines.join('\n')).not.toMatch(/bank|vault/)
  })

  test('gets nothing of what cannot be read', async () => {
    expect(await linesOf(`bank: secret\n${CAPTURE}{"Key":"bank"\n`, SHOP)).toHaveLength(2)
    expect(await linesOf('bank: secret', SHOP)).toEqual([])
  })

  test('gets exactly the flows of these namespaces, whatever the capture', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFlow, { maxLength: 8 }), fc.nat(), async (flows, pick) => {
        const ends = flows.flatMap(({ key }) => [key.sourceNamespace, key.destNamespace])
        const namespaces = new Set(ends.slice(0, ends.length === 0 ? 0 : pick % ends.length))
        const capture = flows.map((flow) => `${writeFlow(flow)}\n`).join('')
        const all = await linesOf(capture, { ...SHOP, namespaces: 'all' })
        const shown = flows.map(
          ({ key }) => namespaces.has(key.sourceNamespace) || namespaces.has(key.destNamespace),
        )
        expect(await linesOf(capture, { ...SHOP, namespaces })).toEqual(all.filter((_, i) => shown[i]))
      }),
    )
  })
})

test('a download gives a user the namespaces of their groups', async () => {
  const path = join(await temporaryFolder(), 'flows.jsonl')
  await writeFile(path, CAPTURE)
  const base = await startTestGateway(null, {
    config: { source: { kind: 'capture', name: 'flows.jsonl', url: './capture' } },
    capture: { path, name: 'flows.jsonl' },
    auth: { mode: 'proxy', groups: { shop: ['shop'], admins: 'all' } },
    trustedProxies: ['127.0.0.1'],
  })
  const download = (headers: Readonly<Record<string, string>>) => fetch(new URL('capture', base), { headers })
  const shop = await download({ 'x-forwarded-user': 'eve', 'x-forwarded-groups': 'shop' })
  expect(await shop.text()).toBe(`${writeFlow(INNER)}\n${writeFlow(OUTGOING)}\n`)
  const admin = await download({ 'x-forwarded-user': 'ann', 'x-forwarded-groups': 'admins' })
  expect(await admin.text()).toBe(CAPTURE)
  expect((await download({ 'x-forwarded-user': 'bob', 'x-forwarded-groups': 'none' })).status).toBe(403)
  expect((await download({})).status).toBe(401)
})

test('a download whose reader stalls is given up, and keeps nobody else from theirs', async () => {
  const path = join(await temporaryFolder(), 'flows.jsonl')
  // Of records with long labels, more than the buffers of a connection on the loopback take.
  const sourceLabels = [`note=${'x'.repeat(8000)}`]
  const heavy = [INNER, OUTGOING, FOREIGN].map((flow) => `${writeFlow({ ...flow, sourceLabels })}\n`)
  await writeFile(path, heavy.join('').repeat(2000))
  const clock = new ManualClock(1_700_000_000_000)
  const base = await startTestGateway(null, {
    capture: { path, name: 'flows.jsonl' },
    auth: { mode: 'proxy', groups: { shop: ['shop'] } },
    trustedProxies: ['127.0.0.1'],
    clock,
  })
  const download = (client: string) =>
    fetch(new URL('capture', base), {
      headers: { 'x-forwarded-user': 'eve', 'x-forwarded-groups': 'shop', 'x-forwarded-for': client },
    })
  const stalled = await Promise.all([download('192.0.2.1'), download('192.0.2.1')])
  expect((await download('192.0.2.1')).status).toBe(503)
  const other = await download('192.0.2.2')
  expect(other.status).toBe(200)
  expect((await other.text()).split('\n')).toHaveLength(4001)
  clock.advance(DOWNLOAD_STALL_MS)
  for (const response of stalled) await expect(response.text()).rejects.toThrow('terminated')
  await vi.waitFor(async () => expect((await download('192.0.2.1')).status).toBe(200))
})
