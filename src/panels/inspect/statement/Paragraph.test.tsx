import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { inferred, notKnown, recorded, say } from '../../../trace/words/statement.ts'
import { Paragraph } from './Paragraph.tsx'

test('tags what is inferred, hatches what is unknown, and leaves what is recorded without a mark', () => {
  const statements = [
    recorded(say`A policy denied it.`),
    inferred(say`Every tier passed.`),
    notKnown(say`Which pod sent it`, say`the record names none`),
  ]
  const { container } = render(<Paragraph statements={statements} />)
  expect(container.textContent).toBe(
    'A policy denied it. Every tier passed. inferred Which pod sent it is not known: the record names none.',
  )
  expect(screen.getByText('inferred').className).toContain('border-dashed')
  const hatched = container.querySelectorAll('[data-certainty=unknown]')
  expect(hatched).toHaveLength(1)
  expect(hatched[0]?.nextSibling?.textContent).toContain('Which pod')
})

test('renders nothing when there is nothing to say', () => {
  const { container } = render(<Paragraph statements={[]} />)
  expect(container.innerHTML).toBe('')
})
