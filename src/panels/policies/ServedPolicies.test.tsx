import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { type ReactElement, useMemo } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'

import { FlowtraceContext, useFlowtrace } from '../../state/client/flowtrace.ts'
import { useServedPolicies } from '../../state/goldmane/use-cluster-policies.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import type { LoadedPolicies } from '../../state/policies/use-policies.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { PoliciesPanel } from './PoliciesPanel.tsx'

const DOCUMENT = {
  name: 'tiers/app/1.yaml',
  text: 'kind: Tier',
  from: 5,
  until: null,
  basis: 'seen',
  earlier: 'none',
}
const ANSWER = {
  revision: 'r1',
  origin: 'kubernetes',
  since: 0,
  kinds: [{ kind: 'tiers.projectcalico.org', state: 'forbidden', why: 'The account may not list it' }],
  documents: [DOCUMENT],
  omitted: { objects: 2, versions: 0 },
}
const LOADED: LoadedPolicies = {
  documents: 1,
  size: 10,
  counts: { tiers: 1 },
  faults: [],
  faultCounts: { refused: 0, ignored: 0, unknown: 0 },
  passedOver: [],
  past: 0,
}

const ADDRESS = 'http://localhost/policies.json'

function Panel() {
  useServedPolicies()
  return <PoliciesPanel onClose={() => {}} />
}

/** The panel on a source beside which the server has policies. */
function PanelOfServer() {
  const flowtrace = useFlowtrace()
  const value = useMemo(
    () => ({ ...flowtrace, source: { ...flowtrace.source, policies: ADDRESS } }),
    [flowtrace],
  )
  return (
    <FlowtraceContext value={value}>
      <Panel />
    </FlowtraceContext>
  )
}

function renderPanel(panel: ReactElement) {
  const store = fakeStore()
  const { unmount } = render(panel, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loaded' } })
  const loads = () =>
    store.posted.flatMap((message) =>
      message.type === 'policies' && message.order.order === 'load'
        ? [{ id: message.id, documents: message.order.documents }]
        : [],
    )
  const answerLoad = async (documents: number) => {
    await vi.waitFor(() => expect(loads().at(-1)?.documents).toHaveLength(documents))
    store.send({ type: 'policies', id: loads().at(-1)?.id ?? 0, news: { news: 'loaded', loaded: LOADED } })
  }
  return { loads, answerLoad, unmount }
}

beforeEach(() => {
  queryClient.clear()
  vi.restoreAllMocks()
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(Response.json(ANSWER)))
})

test('the policies that the server has are loaded with their times, and what it lacks is said', async () => {
  const { loads, answerLoad } = renderPanel(<PanelOfServer />)
  await answerLoad(1)
  expect(loads()[0]?.documents).toEqual([{ name: DOCUMENT.name, text: DOCUMENT.text, from: 5 }])
  expect(await screen.findByText('from the server')).toBeTruthy()
  expect(screen.getByText(/Every change since 1 Jan 1970, 00:00:00 UTC was seen/)).toBeTruthy()
  expect(screen.getByText('Not read: tiers.projectcalico.org. The account may not list it.')).toBeTruthy()
  expect(screen.getByText('Left out: 2 objects.')).toBeTruthy()
})

test('files of the reader take their place, until the reader goes back to the server', async () => {
  const { loads, answerLoad } = renderPanel(<PanelOfServer />)
  await answerLoad(1)
  await userEvent.upload(screen.getByLabelText('Files of policies'), new File(['kind: Tier'], 'mine.yaml'))
  await vi.waitFor(() => expect(loads().at(-1)?.documents).toMatchObject([{ name: 'mine.yaml' }]))
  await answerLoad(1)
  expect(await screen.findByText('1 file')).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Use the server’s' }))
  await answerLoad(0)
  await vi.waitFor(() => expect(loads().at(-1)?.documents).toMatchObject([{ name: DOCUMENT.name }]))
})

test('they are unloaded with the source', async () => {
  const { loads, answerLoad, unmount } = renderPanel(<PanelOfServer />)
  await answerLoad(1)
  await screen.findByText('from the server')
  unmount()
  await vi.waitFor(() => expect(loads().at(-1)?.documents).toEqual([]))
})

test('nothing is asked of a server that has none', () => {
  const { loads } = renderPanel(<Panel />)
  expect(fetch).not.toHaveBeenCalled()
  expect(loads()).toEqual([])
  expect(screen.queryByRole('region', { name: 'From the server' })).toBeNull()
})

test('an answer that does not come is said', async () => {
  vi.mocked(fetch).mockImplementation(() => Promise.resolve(new Response(null, { status: 500 })))
  renderPanel(<PanelOfServer />)
  expect(await screen.findByText(/did not give its policies/, {}, { timeout: 10_000 })).toBeTruthy()
})
