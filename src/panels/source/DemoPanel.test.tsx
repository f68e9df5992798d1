import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DEMO_STEPS } from '../../demo/demo-step.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { print } from '../../filter/language/print.ts'
import { formatClock } from '../../lib/format.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigation } from '../../state/view/navigation.ts'
import { DemoPanel } from './DemoPanel.tsx'

/** The server's side of the route `demo`. */
class FakeDemo {
  state: { step: string; from: number | null } = { step: 'lab', from: null }
  status = 200
  readonly bodies: unknown[] = []
  /** The start of the next bucket, in Unix seconds. */
  next = 0

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    if (!request.url.endsWith('/demo')) return new Response('', { status: 404 })
    if (this.status !== 200) return new Response('', { status: this.status })
    if (request.method === 'POST') {
      const body = (await request.json()) as { step: string }
      this.bodies.push(body)
      this.state = { step: body.step, from: this.next }
    }
    return Response.json(this.state)
  }
}

let demo: FakeDemo

beforeEach(() => {
  demo = new FakeDemo()
  vi.stubGlobal('fetch', demo.fetch)
})
afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
  navigation.navigate({ filter: ALL }, 'replace')
})

function Scene({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const anchor = useRef<HTMLDivElement>(null)
  return (
    <>
      <div ref={anchor} />
      <DemoPanel anchor={anchor} open onOpenChange={onOpenChange} />
    </>
  )
}

async function openPanel() {
  const onOpenChange = vi.fn()
  render(<Scene onOpenChange={onOpenChange} />, { wrapper: fakeStore().Wrapper })
  const panel = within(await screen.findByRole('dialog', { name: 'Policies of the demo' }))
  const step = (name: string) => panel.getByRole('button', { name, pressed: true })
  return { user: userEvent.setup(), onOpenChange, panel, step }
}

test('every step has its sentence, and the one in force is marked', async () => {
  const { panel, step } = await openPanel()
  for (const { title, look } of DEMO_STEPS) {
    expect(panel.getByRole('button', { name: title })).toBeTruthy()
    expect(panel.getByText(look)).toBeTruthy()
  }
  await expect.poll(() => panel.getByRole('status').textContent).toContain('In force since the demo began')
  expect(step('The whole lab')).toBeTruthy()
  expect(panel.getAllByRole('button', { pressed: true })).toHaveLength(1)
})

test('a step that is chosen is sent, and said from when on it is seen', async () => {
  const { panel, step, user } = await openPanel()
  await expect.poll(() => panel.getByRole('status').textContent).toContain('In force')
  demo.next = Math.ceil(Date.now() / 15_000) * 15
  await user.click(panel.getByRole('button', { name: 'Option C: tiers app and baseline' }))
  expect(demo.bodies).toEqual([{ step: 'option-c' }])
  const said = `In force from ${formatClock(demo.next)}, seen here from ${formatClock(demo.next + 30)}`
  await expect.poll(() => panel.getByRole('status').textContent).toContain(said)
  expect(step('Option C: tiers app and baseline')).toBeTruthy()
})

test('a step is shown by its query, and the panel closes', async () => {
  const { onOpenChange, panel, user } = await openPanel()
  await user.click(panel.getByRole('button', { name: 'Show the flows of: Option C, repaired' }))
  expect(print(navigation.parsed().view.filter)).toBe('src.ns = (frontend, backend) and port = 53')
  expect(onOpenChange).toHaveBeenCalledExactlyOnceWith(false)
})

test('a server that does not answer is said, and no step is marked', async () => {
  demo.status = 500
  const { panel } = await openPanel()
  await expect.poll(() => panel.getByRole('status').textContent).toMatch(/server/i)
  expect(panel.queryAllByRole('button', { pressed: true })).toEqual([])
})
