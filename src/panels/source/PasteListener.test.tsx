import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import type { Source } from '../../state/client/flowtrace.ts'
import { PasteListener } from './PasteListener.tsx'

/** A page with a field, and what was opened by a paste. */
function renderPage() {
  const onOpen = vi.fn<(source: Source) => void>()
  render(
    <>
      <PasteListener onOpen={onOpen} />
      <p>flows</p>
      <input aria-label="Query" />
    </>,
  )
  return onOpen
}

function paste(target: Element, text: string): boolean {
  return fireEvent.paste(target, { clipboardData: { files: [], getData: () => text } })
}

test.each(['{"enforced":[],"pending":[]}', '  [{"a":1}]', 'data: {"a":1}'])(
  'text that begins like records opens as a capture: %j',
  async (text) => {
    const onOpen = renderPage()
    paste(screen.getByText('flows'), text)
    const [source] = onOpen.mock.calls[0] ?? []
    expect(source?.name).toBe('pasted trace')
    expect(source?.open.kind === 'file' ? await source.open.file.text() : null).toBe(text)
  },
)

test('a paste into a field stays there, and other text opens nothing', () => {
  const onOpen = renderPage()
  paste(screen.getByLabelText('Query'), '{"enforced":[]}')
  paste(screen.getByText('flows'), 'dear diary')
  expect(onOpen).not.toHaveBeenCalled()
})
