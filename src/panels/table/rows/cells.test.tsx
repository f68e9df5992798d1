import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { buildFlow } from '../../../flows/testing/build.ts'
import { Port } from './cells.tsx'

test.each([
  ['tcp', 80, 'tcp 80'],
  ['47', 0, 'protocol 47'],
  ['icmp', 0, 'icmp'],
])('%s with port %i is shown as “%s”', (proto, destPort, text) => {
  render(<Port flowKey={buildFlow({ proto, destPort }).key} />)
  expect(screen.getByText(text)).toBeTruthy()
})
