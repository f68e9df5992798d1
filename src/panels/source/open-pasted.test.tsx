import { expect, test, vi } from 'vitest'

import { openPasted } from './open-pasted.ts'

/** What was opened by a paste there. */
function paste(target: Element, text: string) {
  const onFile = vi.fn<(file: File) => void>()
  openPasted({ target, file: undefined, text }, onFile)
  return onFile
}

test.each([
  '{"enforced":[],"pending":[]}',
  '  [{"a":1}]',
  'data: {"a":1}',
  '2026-11-02T10:00:15+00:00 node-1 kernel: calico-packet: IN=cali1 OUT=eth0 SRC=10.0.0.1 DST=10.1.0.1',
  'kind: Tier\napiVersion: v1\nmetadata: { name: a }',
])('text that may hold records or policies opens as a capture: %j', async (text) => {
  const onFile = paste(document.body, text)
  const [file] = onFile.mock.calls[0] ?? []
  expect(file?.name).toBe('pasted trace')
  expect(await file?.text()).toBe(text)
})

test('a paste into a field stays there, and other text opens nothing', () => {
  expect(paste(document.createElement('input'), '{"enforced":[]}')).not.toHaveBeenCalled()
  expect(paste(document.body, 'dear diary')).not.toHaveBeenCalled()
})
