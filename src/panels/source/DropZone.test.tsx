import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

import { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { DropZone } from './DropZone.tsx'

function renderPage() {
  const opening = new CaptureOpening({} as ConstructorParameters<typeof CaptureOpening>[0])
  const openFile = vi.spyOn(opening, 'openFile').mockImplementation(async () => null)
  render(
    <DropZone opening={opening}>
      <p>flows</p>
      <input aria-label="Query" />
    </DropZone>,
  )
  return openFile
}

function paste(target: Element, text: string): void {
  fireEvent.paste(target, { clipboardData: { files: [], getData: () => text } })
}

test('what is pasted as soon as the page is there opens, and not what is pasted into a field', async () => {
  const openFile = renderPage()
  paste(screen.getByLabelText('Query'), '{"of":"the field"}')
  paste(screen.getByText('flows'), '{"of":"the page"}')
  await expect.poll(() => openFile.mock.calls.length).toBe(1)
  expect(await openFile.mock.calls[0]?.[0].text()).toBe('{"of":"the page"}')
})
