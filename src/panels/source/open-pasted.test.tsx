import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import { PasteListener } from './PasteListener.tsx'

/** A page with a field, and what was opened by a paste. */
function renderPage() {
  const onFile = vi.fn<(file: File) => void>()
  render(
    <>
      <PasteListener onFile={onFile} />
      <p>flows</p>
      <input aria-label="Query" />
    </>,
  )
  return onFile
}

function paste(target: Element, text: string): boolean {
  return fireEvent.paste(target, { clipboardData: { files: [], getData: () => text } })
}

test.each([
  '{"enforced":[],"pending":[]}',
  '  [{"a":1}]',
  'data: {"a":1}',
  '2026-11-02T10:00:15+00:00 node-1 kernel: calico-packet: IN=cali1 OUT=eth0 SRC=10.0.0.1 DST=10.1.0.1',
  'kind: Tier\napiVersion: v1\nmetadata: { name: a }',
])('text that may hold records or policies opens as a capture: %j', async (text) => {
  const onFile = renderPage()
  paste(screen.getByText('flows'), text)
  const [file] = onFile.mock.calls[0] ?? []
  expect(file?.name).toBe('pasted trace')
  expect(await file?.text()).toBe(text)
})

test('a paste into a field stays there, and other text opens nothing', () => {
  const onFile = renderPage()
  paste(screen.getByLabelText('Query'), '{"enforced":[]}')
  paste(screen.getByText('flows'), 'dear diary')
  expect(onFile).not.toHaveBeenCalled()
})
