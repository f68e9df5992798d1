/** Runs `flowtrace history hits`: which rules of policies were hit in a range, and which were not. */
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { isNotHit, usageOf } from '../../../src/policy/usage/policy-usage.ts'
import { type HitsAnswer, parseHits } from '../../../src/wire/history-hits.ts'
import { answerHits } from '../../history/answer/answer-hits.ts'
import type { HistoryLimits } from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { loadPolicies } from '../policies/policy-files.ts'
import { readErrorOf } from '../read-error.ts'
import type { HitsCommand, HitsInput } from './hits-options.ts'
import { hitsJson, hitsText } from './hits-output.ts'
import { chosenCluster, type HistoryContext, withHistory } from './with-history.ts'

const LIMITS: Omit<HistoryLimits, 'signal'> = {
  maxRows: 2_000_000_000,
  maxMs: 600_000,
  maxMemory: 1024 ** 3,
}
const ASK_THE_GATEWAY = '; docs/history.md says how the gateway that has it open answers this'

/**
 * Resolves with the exit status: 1 where a rule was not hit and the command fails on it, 2 where a part of the history could not be
 * read. Throws {@link UsageError}.
 */
export async function runHits(command: HitsCommand, context: HistoryContext): Promise<0 | 1 | 2> {
  const { manifests, faults } = await loadPolicies(command.policies)
  const answer = await answerOf(command.input, context)
  const usage = usageOf(answer.hits, manifests)
  const { stdout } = context.streams
  stdout.write(command.isJson ? hitsJson(answer, usage, faults) : hitsText(answer, usage, faults))
  if (answer.incomplete !== null) return 2
  const isSomeNotHit = usage.policies.some(({ rules }) => rules.some(isNotHit))
  return command.failOnNotHit && isSomeNotHit ? 1 : 0
}

function answerOf(input: HitsInput, context: HistoryContext): Promise<HitsAnswer> {
  if (input.kind === 'answer') return readAnswer(input.path, context)
  const { place, range, filter } = input
  return withHistory(
    place,
    'read',
    context,
    async (store) => {
      const cluster = await chosenCluster(store, input.cluster)
      const asked = { cluster, range, filter, namespaces: 'all', show: null, now: range.to } as const
      return answerHits(store, asked, { ...LIMITS, signal: context.signal })
    },
    ASK_THE_GATEWAY,
  )
}

async function readAnswer(path: string | null, { streams }: HistoryContext): Promise<HitsAnswer> {
  const name = path ?? 'standard input'
  const said = await (path === null ? text(streams.stdin) : readFile(path, 'utf8')).catch(
    (error: unknown) => {
      throw readErrorOf(error, name)
    },
  )
  const answer = parseHits(parsed(said))
  if (answer === null)
    throw new UsageError(
      `${name} has no answer of a gateway to history/hits; history hits --help has the call`,
    )
  return answer
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return null
  }
}
