import { useMemo } from 'react'

import { complete } from '../../filter/language/complete.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import { useHints } from '../../state/goldmane/use-hints.ts'
import { facetOf } from '../../state/client/questions.ts'
import { useAnswer } from '../../state/client/use-answer.ts'
import { scopeOffers } from './scope-offers.ts'

/** Values in one answer of the store. The text that is typed narrows a field that has more. */
const MAX_REQUESTED_VALUES = 50

/** Completion of a scope at the end of its text, as a `datalist` that the text field names by its id. */
export function ScopeOffers({ id, text }: { id: string; text: string }) {
  const completion = useMemo(() => complete(text, text.length), [text])
  const { kind, field, label, typed } = completion
  const valueField = kind === 'value' ? field : undefined
  const question = useMemo(() => {
    if (valueField === undefined || ['measure', 'age'].includes(fieldOf(valueField).type)) return null
    const facet = {
      field: valueField,
      ...(label === undefined ? {} : { label }),
      search: typed,
      limit: MAX_REQUESTED_VALUES,
    }
    return facetOf(ALL, null, facet)
  }, [valueField, label, typed])
  const held = useAnswer(question)
  const hints = useHints(valueField)
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
