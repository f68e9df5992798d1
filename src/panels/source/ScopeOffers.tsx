import { useMemo } from 'react'

import { complete } from '../../filter/language/complete.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import { useHints } from '../../state/goldmane/use-hints.ts'
import { useAnswer } from '../../state/client/use-question.ts'
import { scopeOffers } from './scope-offers.ts'

/** Values asked for at once; typing on narrows the rest. */
const LIMIT = 50

/** What the field of that list offers at the end of its text, drawn by the browser. */
export function ScopeOffers({ id, text }: { id: string; text: string }) {
  const completion = useMemo(() => complete(text, text.length), [text])
  const { kind, field, label, typed } = completion
  const asked = kind === 'value' ? field : undefined
  const question = useMemo(() => {
    if (asked === undefined || ['measure', 'age'].includes(fieldOf(asked).type)) return null
    const facet = { field: asked, ...(label === undefined ? {} : { label }), search: typed, limit: LIMIT }
    return { about: 'facet', filter: ALL, time: null, facet } as const
  }, [asked, label, typed])
  const held = useAnswer(question)
  const hints = useHints(asked)
  return (
    <datalist id={id}>
      {scopeOffers(text, completion, held, hints).map((offer) => (
        <option key={offer.text} value={offer.text}>
          {offer.detail}
        </option>
      ))}
    </datalist>
  )
}
