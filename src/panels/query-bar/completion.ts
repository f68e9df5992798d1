/** Completion in the query bar: words of the language at once, values with their counts when the store has answered. */
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
import type { Facet, FacetRequest } from '../../state/client/facets.ts'
import { isExcludable } from './exclusion.ts'
import { remoteOffers, labelOffers, languageOffers, type Offer, filterAround, valueOffers } from './offers.ts'

/** Values in one answer of the store. The text that is typed narrows a field that has more. */
const MAX_REQUESTED_VALUES = 1000
const MAX_RENDERED_OPTIONS = 100

/** Where completion gets the values of a field from. */
export interface ValueSource {
  readonly facet: (filter: Expression, question: FacetRequest, signal: AbortSignal) => Promise<Facet>
  /** The field's values in Goldmane's hour (FilterHints); empty for fields without hints, and when the call fails. */
  readonly hints: (field: FieldId) => Promise<readonly string[]>
}

interface OfferEntry extends Entry {
  readonly reopens: boolean
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
    // CodeMirror must not filter: an offer may match by its spelling on the screen and not by its text.
    filter: false,
    getMatch: ({ label }) => {
      const at = label.toLowerCase().indexOf(wanted)
      return at < 0 || wanted === '' ? [] : [at, at + wanted.length]
    },
    options: offers
      .slice(0, MAX_RENDERED_OPTIONS)
      .map(({ text: label, detail, after, reopens }): OfferEntry => ({
        label,
        detail,
        apply: blankFollows ? label : label + after,
        reopens,
      })),
  }
}

/** The answer, or null when the text changed meanwhile: the request is aborted then. */
async function untilOutdated<T>(
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

function facetRequestOf({ field, label, typed }: Completion): FacetRequest | null {
  if (field === undefined) return null
  const { type } = fieldOf(field)
  if (type === 'measure' || type === 'age') return null
  return { field, ...(label === undefined ? {} : { label }), search: typed, limit: MAX_REQUESTED_VALUES }
}

/** Completes from the language and from the values that are held under the rest of the query. */
function localSource(valueSource: () => ValueSource): CompletionSource {
  return (context) => {
    const text = context.state.doc.toString()
    if (text.trim() === '' && !context.explicit) return null
    const completion = complete(text, context.pos)
    const question = facetRequestOf(completion)
    if (question === null || (completion.kind !== 'value' && completion.kind !== 'label'))
      return resultOf(completion, text, languageOffers(completion))
    return untilOutdated(context, async (signal) => {
      // The store would search for the typed part of a key in whole labels, values included.
      const asked = completion.kind === 'label' ? { ...question, search: '' } : question
      const facet = await valueSource().facet(filterAround(text, completion), asked, signal)
      const offers = completion.kind === 'label' ? labelOffers : valueOffers
      return resultOf(completion, text, offers(completion, facet))
    })
  }
}

/** Completes with values that the rest of the query excludes, and with those that only Goldmane knows: this takes longer. */
function remoteSource(valueSource: () => ValueSource): CompletionSource {
  return (context) => {
    const text = context.state.doc.toString()
    const completion = complete(text, context.pos)
    const question = facetRequestOf(completion)
    if (question === null || completion.kind !== 'value') return null
    return untilOutdated(context, async (signal) => {
      const [under, everywhere, hints] = await Promise.all([
        valueSource().facet(filterAround(text, completion), question, signal),
        valueSource().facet(ALL, question, signal),
        valueSource().hints(question.field),
      ])
      return resultOf(completion, text, remoteOffers(completion, under, everywhere, hints))
    })
  }
}

/** Nothing is selected when the list opens, so that Enter applies the query; the arrow keys or Tab select an offer. */
export function queryCompletion(valueSource: () => ValueSource): Extension {
  return autocompletion({
    override: [localSource(valueSource), remoteSource(valueSource)],
    selectOnOpen: false,
    icons: false,
    interactionDelay: 0,
    tooltipClass: ({ doc, selection }) =>
      isExcludable(doc.toString(), selection.main.head) ? 'cm-values' : '',
    maxRenderedOptions: MAX_RENDERED_OPTIONS,
    activateOnCompletion: (entry) => 'reopens' in entry && entry.reopens === true,
  })
}
