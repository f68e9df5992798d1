/** What is said of odd traces: every form in which the product says it must agree, and claim no more than the trace tells. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { writeFlow } from '../../src/capture/write.ts'
import type { FlowKey, PolicyHit } from '../../src/flows/flow.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { compactTrace } from '../../src/trace/ladder/compact-trace.ts'
import { traceLadder } from '../../src/trace/ladder/ladder.ts'
import { explain } from '../../src/trace/explain/explain.ts'
import { ticketMarkdown } from '../../src/trace/markdown.ts'
import { oddKey } from '../../src/trace/testing/arbitrary-traces.ts'
import { TRACE_CORPUS } from '../../src/trace/testing/trace-corpus.ts'
import { isBareTrace } from '../../src/trace/words/phrases.ts'
import { withNamespace } from '../../src/trace/words/policy-label.ts'
import { partsText, plainText } from '../../src/trace/words/statement.ts'
import { pendingWords, verdictWords } from '../../src/trace/words/verdict-words.ts'
import { explainText } from '../testing/explain-text.ts'

async function printed(content: string, format: string): Promise<string> {
  const { out, error } = await explainText(content, ['-', '--format', format])
  expect(error).toBe('')
  return out
}

/** What the test reads of the JSON of a signature. */
interface Explained {
  readonly action: string
  readonly verdict: string
  readonly decidedBy: { readonly policy: string | null; readonly at: string; readonly text: string }
  readonly headline: string
  readonly cause: string
  readonly pending: string
  readonly remedy: string | null
}

async function explained(content: string): Promise<Explained> {
  // The shape is that of jsonSignature, and a member that is missing fails the comparison.
  const { signatures } = JSON.parse(await printed(content, 'json')) as { signatures: readonly Explained[] }
  const [only, ...others] = signatures
  if (only === undefined || others.length > 0) throw new Error('one record is one signature')
  return only
}

/** The last of a list of hits by its index, found anew: the product's own function is under test. */
function lastOf(hits: readonly PolicyHit[]): PolicyHit | undefined {
  return hits.reduce<PolicyHit | undefined>(
    (last, hit) => (last === undefined || hit.policyIndex >= last.policyIndex ? hit : last),
    undefined,
  )
}

/** Hits with indexes that a reader lets through: it refuses those that are no numbers. */
function readableHits(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit) => Object.assign({}, hit, { policyIndex: hit.policyIndex || 0 }))
}

function readable(key: FlowKey): FlowKey {
  const { enforced, pending } = key.policies
  return { ...key, policies: { enforced: readableHits(enforced), pending: readableHits(pending) } }
}

/** Whether the record says what decided: its trace ends with a decision, and that is the record's verdict. */
function isDecided({ action, policies }: Pick<FlowKey, 'action' | 'policies'>): boolean {
  const last = lastOf(policies.enforced)
  return last !== undefined && last.action === action && (action === 'Allow' || action === 'Deny')
}

/** A Markdown block as plain text. */
function withoutMarkup(markdown: string): string {
  return markdown
    .replace(/^### /, '')
    .replaceAll('*Inferred:*', 'Inferred:')
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/\\(.)/g, '$1')
}

const FORBIDDEN = [
  /if an older Calico wrote it/,
  /denied by what is not known/,
  /(?<!number )rule not recorded/,
  /\b1 (packets|bytes|records|connections|pairs)\b/,
  /(^|[\s(])-\//,
  /\b(tcp|udp|icmp6?|47) 0\b/,
  /\bindex (-?\d|NaN)/,
  /\b(undefined|NaN|null|Infinity|\[object)\b/,
  /completed.*(refused|could not)/,
]

/** What the column, the ladder, the sentences and the Markdown say of a key, held to what its trace tells. */
function expectAgreement(key: FlowKey): void {
  const flow = buildFlow(key)
  const decided = isDecided(key)
  const column = compactTrace(key)
  expect(column.known).toBe(decided)
  expect(column.at === 'not known').toBe(!decided)

  const { tiers, pending } = traceLadder(key)
  const rungs = tiers.flatMap((tier) => tier.rungs)
  expect(rungs.filter(({ left }) => left?.deciding === true)).toHaveLength(decided ? 1 : 0)
  const last = lastOf(key.policies.pending)?.action
  const wouldDecide = last === 'Allow' || last === 'Deny'
  expect(rungs.filter(({ right }) => right?.deciding === true)).toHaveLength(wouldDecide ? 1 : 0)

  const { headline, paragraph, pendingParagraph } = explain(flow)
  const cause = plainText(paragraph)
  expect(
    /^(What decided|Whether that is what happened) is not known|(what decided|whether that is what happened) is not known/i.test(
      cause,
    ),
  ).toBe(!decided)
  expect(partsText(headline.parts)).toContain(verdictWords(key.action, key.reporter))

  const words = pendingWords(key)
  const staged = plainText(pendingParagraph)
  const outcome = last === 'Allow' ? 'allowed' : 'denied'
  switch (words.state) {
    case 'not computed':
      expect(key.policies.pending).toEqual([])
      expect(staged).toContain('was not computed')
      expect(pending).toBe('not computed')
      break
    case 'same':
      expect([decided, last]).toEqual([true, key.action])
      expect(staged).toMatch(/nothing changes|the outcome is the same/)
      break
    case 'differs':
      expect(decided && wouldDecide && last !== key.action).toBe(true)
      expect(staged).toContain(`this would be ${outcome}`)
      break
    case 'not known':
      expect(decided && wouldDecide).toBe(false)
      expect(staged).not.toMatch(/nothing changes|the outcome is the same/)
  }
  // Nothing of a pending trace happened.
  expect(staged).not.toMatch(/ (allowed|denied|passed) (this|it) (by|on)/)

  const ticket = ticketMarkdown(flow)
  expect(ticket.match(/, decides(?= \||;)/g) ?? []).toHaveLength(decided ? 1 : 0)
  for (const said of [column.text, cause, staged, plainText([headline]), words.text, words.title, ticket])
    for (const pattern of FORBIDDEN) expect(said).not.toMatch(pattern)
}

describe('what is said of an odd trace', () => {
  test('is looked at for more than 112 of them', () => {
    expect(TRACE_CORPUS.length).toBeGreaterThanOrEqual(112)
    expect(new Set(TRACE_CORPUS.map(({ title }) => title)).size).toBe(TRACE_CORPUS.length)
  })

  test.each(TRACE_CORPUS)('agrees in column, ladder, sentences and Markdown: $title', ({ key }) => {
    expectAgreement(key)
  })

  test('agrees for any keys and traces, fitting together or not', () => {
    fc.assert(
      fc.property(oddKey, (key) => expectAgreement(readable(buildFlow(key).key))),
      { numRuns: 500 },
    )
  })

  test.each(TRACE_CORPUS.filter(({ key }) => !isBareTrace(key)))(
    'is the same in JSON, Markdown and the terminal: $title',
    async ({ key }) => {
      const content = `${writeFlow(buildFlow(key))}\n`
      const json = await explained(content)
      const terminal = (await printed(content, 'text')).split('\n')
      const sentences = [json.pending, ...(json.remedy === null ? [] : [json.remedy])]
      expect(terminal.slice(0, sentences.length + 1)).toEqual([
        `${json.headline} ${json.cause}`,
        ...sentences,
      ])
      const blocks = (await printed(content, 'markdown')).split('\n\n').slice(1)
      expect(blocks.slice(0, sentences.length + 2).map(withoutMarkup)).toEqual([
        json.headline,
        json.cause,
        ...sentences,
      ])
      expect(json.verdict).toBe(verdictWords(key.action, key.reporter))
      expect(json.decidedBy.at === 'not known').toBe(!isDecided(key))
      const last = lastOf(key.policies.enforced)
      const named = [last, last?.trigger].flatMap((hit) =>
        hit ? [withNamespace(hit.namespace, hit.name)] : [],
      )
      if (json.decidedBy.policy !== null) expect(named).toContain(json.decidedBy.policy)
      // A rule is named as needed where the record was denied, or would be, and says by what.
      if (json.remedy?.includes('To allow it:') === true)
        expect([key.action, isDecided(key)]).toEqual(['Deny', true])
      if (json.remedy?.includes('To keep it') === true)
        expect([key.action, lastOf(key.policies.pending)?.action]).toEqual(['Allow', 'Deny'])
      if (key.action === 'Deny') expect(json.remedy).not.toBeNull()
    },
  )

  test.each(TRACE_CORPUS.filter(({ key }) => key.policies.enforced.length > 0))(
    'is said of the trace alone, too: $title',
    async ({ key }) => {
      const { enforced, pending } = key.policies
      const json = await explained(JSON.stringify({ enforced, pending }))
      const last = lastOf(enforced)?.action
      const decides = last === 'Allow' || last === 'Deny'
      expect(json.action).toBe(decides ? last : 'ActionUnspecified')
      expect(json.decidedBy.at === 'not known').toBe(!decides)
      expect(json.remedy ?? '').not.toMatch(/To (allow|keep) it/)
      for (const pattern of FORBIDDEN)
        expect(JSON.stringify(json.headline + json.cause + json.pending)).not.toMatch(pattern)
    },
  )

  test.each(TRACE_CORPUS.filter(({ title }) => title.includes('default.allow-web')))(
    'takes a recorded name for the name: $title',
    ({ key }) => {
      const said = explain(buildFlow(key)).cannotTell.map(({ what }) => what)
      expect(
        said.filter(
          (what) =>
            what.includes('is called') &&
            !key.policies.enforced.some(({ name, trigger }) => (trigger?.name ?? name).startsWith('knp.')),
        ),
      ).toEqual([])
    },
  )
})
