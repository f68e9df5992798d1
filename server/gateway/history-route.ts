/** The paths of the history's questions: `history/records` and the others, at the root and below `clusters/NAME/`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Viewer } from '../auth/viewer.ts'
import { compressResponse, isCompressed, type CompressStreams } from '../http/compress-stream.ts'
import { sendJson } from '../http/plain-answer.ts'
import type { ClusterService } from './cluster-service.ts'
import { HISTORY_QUESTIONS, type HistoryAnswers, type HistoryQuestionName } from './history-answers.ts'

interface HistoryRouteSources {
  readonly authenticator: Authenticator
  readonly compressStreams: CompressStreams
}

export type FoundHistory =
  | {
      readonly kind: 'answers'
      readonly answers: HistoryAnswers
      readonly question: HistoryQuestionName
    }
  /** `history.json`. */
  | { readonly kind: 'status'; readonly recording: NonNullable<ClusterService['recording']> }

/** The question of a path to the history of a cluster, of the first one without a name; null for another path. */
export function findHistory(path: string, clusters: readonly ClusterService[]): FoundHistory | null {
  const [, name, asked] = /^(?:\/clusters\/([a-z\d-]+))?\/history(\.json|\/[a-z]+)$/.exec(path) ?? []
  const cluster = name === undefined ? clusters[0] : clusters.find((each) => each.name === name)
  if (asked === '.json') {
    const recording = cluster?.recording ?? null
    return recording === null ? null : { kind: 'status', recording }
  }
  const question = HISTORY_QUESTIONS.find((each) => `/${each}` === asked)
  const answers = cluster?.history ?? null
  return answers === null || question === undefined ? null : { kind: 'answers', answers, question }
}

export async function answerHistory(
  found: FoundHistory,
  request: IncomingMessage,
  response: ServerResponse,
  viewer: Viewer,
  { authenticator, compressStreams }: HistoryRouteSources,
): Promise<void> {
  if (found.kind === 'status') return sendJson(response, 200, await found.recording.status())
  const { answers, question } = found
  const stopWatching = authenticator.watch(request, viewer, () => response.destroy())
  response.once('close', stopWatching)
  if (request.method === 'HEAD') return void response.writeHead(200).end()
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (isCompressed(request, compressStreams)) compressResponse(response)
  await answers.answer(question, searchParams, { request, response }, viewer)
}
