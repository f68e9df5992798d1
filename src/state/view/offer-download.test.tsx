// Ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { afterEach, expect, test, vi } from 'vitest'

import type { SaveRequest } from '../../lib/download-port.ts'
import { offerDownload } from './offer-download.ts'

const SPAN = { from: 100, to: 200 }

const frame = () => document.querySelector('iframe')

/** A page in a secure context of Chromium, with what its service worker is sent. */
function setUp(controller: 'answers' | 'is older' | null) {
  const requests: { readonly request: SaveRequest; readonly ports: readonly MessagePort[] }[] = []
  const worker = {
    postMessage: (request: SaveRequest, ports: readonly MessagePort[]) => {
      requests.push({ request, ports })
      if (controller === 'answers') ports[1]?.postMessage('taken')
    },
  }
  Object.assign(navigator, {
    userAgentData: {},
    serviceWorker: { controller: controller === null ? null : worker },
  })
  const offer = offerDownload((span) => `${span?.from}.csv`, 'text/csv')
  return { offer, requests }
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'userAgentData')
  Reflect.deleteProperty(navigator, 'serviceWorker')
  document.body.replaceChildren()
})

test('a file that is begun goes to the service worker, and is asked for once that has it', async () => {
  const { offer, requests } = setUp('answers')
  expect(requests).toEqual([])
  offer?.port.postMessage({ type: 'begin', span: SPAN })
  await vi.waitFor(() => expect(frame()).not.toBeNull())
  const [{ request, ports } = { request: null, ports: [] }] = requests
  expect(request).toMatchObject({ type: 'save-file', name: '100.csv', mediaType: 'text/csv' })
  expect(frame()?.getAttribute('src')).toBe(`saved-files/${request?.id}`)
  expect(frame()?.hidden).toBe(true)
  // What the worker writes from now on comes out of the port that was handed over.
  const came = new Promise((resolve) => {
    const [port] = ports
    if (port) port.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data)
  })
  offer?.port.postMessage('end')
  expect(await came).toBe('end')
  offer?.close()
  expect(frame()).toBeNull()
  for (const port of ports) port.close()
})

test('nothing is asked of the server where the service worker is of a version that does not know of files', async () => {
  const { offer, requests } = setUp('is older')
  offer?.port.postMessage({ type: 'begin', span: null })
  await vi.waitFor(() => expect(requests).toHaveLength(1))
  expect(frame()).toBeNull()
  for (const { ports } of requests) for (const port of ports) port.close()
})

test('nothing is offered without a service worker, and in another browser or over plain HTTP, where there is no such data', () => {
  expect(setUp(null).offer).toBeNull()
  setUp('answers')
  Reflect.deleteProperty(navigator, 'userAgentData')
  expect(offerDownload(String, 'text/csv')).toBeNull()
})
