/** Completion in the query bar: the language at once, values with their counts as soon as the store has answered. */
import {
  autocompletion,
  type Completion as Entry,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'

import { type FieldId, fieldOf } from '../../flows/field.ts'
import { complete, type Completion } from '../../filter/language/complete.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import type { Facet, FacetRequest } from '../../state/client/rows.ts'
import { isExcludable } from './exclusion.ts'
import {
  furtherOffers,
  labelOffers,
  languageOffers,
  type Offer,
  surroundings,
  valueOffers,
} from './offers.ts'

/** Values asked for at once; typing on narrows the rest. */
const LIMIT = 1000
/** Options drawn at once. */
const SHOWN = 100

/** Who knows values. */
export interface Knowledge {
  readonly facet: (filter: Expression, question: FacetRequest, signal: AbortSignal) => Promise<Facet>
  /** The field's values in Goldmane's hour; empty where it has none to tell, and when it does not answer. */
  readonly hints: (field: FieldId) => Promise<readonly string[]>
}

interface OfferEntry extends Entry {
  readonly goesOn: boolean
}

function resultOf(
  { from, to, typed }: Completion,
  text: string,
  offers: readonly Offer[],
): CompletionResult | null {
  if (offers.length === 0) return null
  const wanted = typed.toLowerCase()
  const blankFollows = /^\s/.test(text.slice(to))
  return {
    from,
    to,
    // The offers match already, in more ways than by their text.
    filter: false,
    getMatch: ({ label }) => {
      const at = label.toLowerCase().indexOf(wanted)
      return at < 0 || wanted === '' ? [] : [at, at + wanted.length]
    },
    options: offers.slice(0, SHOWN).map(({ text: label, detail, after, goesOn }): OfferEntry => ({
      label,
      detail,
      apply: blankFollows ? label : label + after,
      goesOn,
    })),
  }
}

/** Asks until an answer or until the context is out of date; null then. */
async function whileWanted<T>(
  context: CompletionContext,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const abort = new AbortController()
  context.addEventListener('abort', () => abort.abort(), { onDocChange: true })
  try {
    return await ask(abort.signal)
  } catch (error) {
    if (abort.signal.aborted) return null
    throw error
  }
}

function questionOf({ field, label, typed }: Completion): FacetRequest | null {
  if (field === undefined) return null
  const { type } = fieldOf(field)
  if (type === 'measure' || type === 'age') return null
  return { field, ...(label === undefined ? {} : { label }), search: typed, limit: LIMIT }
}

/** What stands at the cursor, with the values found under the rest of the query. */
function nearSource(knowledge: () => Knowledge): CompletionSource {
  return (context) => {
    const text = context.state.doc.toString()
    if (text.trim() === '' && !context.explicit) return null
    const completion = complete(text, context.pos)
    const question = questionOf(completion)
    if (question === null || (completion.kind !== 'value' && completion.kind !== 'label'))
      return resultOf(completion, text, languageOffers(completion))
    return whileWanted(context, async (signal) => {
      // The search of a label field's facet looks at whole labels, and the key alone was typed.
      const asked = completion.kind === 'label' ? { ...question, search: '' } : question
      const facet = await knowledge().facet(surroundings(text, completion), asked, signal)
      const offers = completion.kind === 'label' ? labelOffers : valueOffers
      return resultOf(completion, text, offers(completion, facet))
    })
  }
}

/** Values that the rest of the query leaves out, and those of Goldmane's hour that are not held. */
function farSource(knowledge: () => Knowledge): CompletionSource {
  return (context) => {
    const text = context.state.doc.toString()
    const completion = complete(text, context.pos)
    const question = questionOf(completion)
    if (question === null || completion.kind !== 'value') return null
    return whileWanted(context, async (signal) => {
      const [under, everywhere, hints] = await Promise.all([
        knowledge().facet(surroundings(text, completion), question, signal),
        knowledge().facet(ALL, question, signal),
        knowledge().hints(question.field),
      ])
      return resultOf(completion, text, furtherOffers(completion, under, everywhere, hints))
    })
  }
}

/** Nothing is chosen until an arrow key or Tab chooses it, so that Enter applies the query. */
export function queryCompletion(knowledge: () => Knowledge): Extension {
  return autocompletion({
    override: [nearSource(knowledge), farSource(knowledge)],
    selectOnOpen: false,
    icons: false,
    interactionDelay: 0,
    tooltipClass: ({ doc, selection }) =>
      isExcludable(doc.toString(), selection.main.head) ? 'cm-values' : '',
    maxRenderedOptions: SHOWN,
    activateOnCompletion: (entry) => 'goesOn' in entry && entry.goesOn === true,
  })
}
