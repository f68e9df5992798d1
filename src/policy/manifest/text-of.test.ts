import { describe, expect, test } from 'vitest'

import { readPolicy } from './testing/read-text.ts'
import { textOf } from './text-of.ts'

const TEXT = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: a }
spec:
  ingress:
    - action: Allow

      protocol: TCP
    - action: Deny
`

describe('the text of a place', () => {
  test.each([
    ['\n', TEXT],
    ['\r\n', `\uFEFF${TEXT.replaceAll('\n', '\r\n')}`],
  ])('is its lines as written, without their common blanks, with %j', (_, text) => {
    const files = [{ name: 'a.yaml', text }]
    const [allow, deny] = readPolicy(text).ingress?.map(({ place }) => textOf(place, files)) ?? []
    expect([allow, deny]).toEqual(['- action: Allow\n\n  protocol: TCP', '- action: Deny'])
  })

  test('is bounded', () => {
    const files = [{ name: 'a', text: `${'a'.repeat(1000)}\n${'b\n'.repeat(500)}` }]
    const lines = textOf({ file: 'a', line: 1, column: 1, endLine: 300 }, files)?.split('\n') ?? []
    expect([lines.length, lines[0]?.length, lines.at(-1)]).toEqual([81, 401, '… 220 more lines'])
  })

  test('is null for a file that is not there', () => {
    expect(textOf({ file: 'b', line: 1, column: 1, endLine: 1 }, [{ name: 'a', text: TEXT }])).toBeNull()
  })
})
