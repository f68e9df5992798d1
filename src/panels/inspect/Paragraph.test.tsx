import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { inferred, notKnown, recorded, say } from '../../trace/words/statement.ts'
import { Paragraph } from './Paragraph.tsx'

test('tags what is inferred and what is unknown, in two looks, and leaves what is recorded without a tag', () => {
  const statements = [
    recorded(say`A policy denied it.`),
    inferred(say`Every tier passed.`),
    notKnown(say`Which pod sent it`, say`the record names none`),
  ]
  const { container } = render(<Paragraph statements={statements} />)
  expect(container.textContent).toBe(
    'A policy denied it. Every tier passed. inferred Which pod sent it is not known: the record names none. unknown',
  )
  expect(screen.getByText('inferred').className).not.toBe(screen.getByText('unknown').className)
})

test('renders nothing when there is nothing to say', () => {
  const { container } = render(<Paragraph statements={[]} />)
  expect(container.innerHTML).toBe('')
})
