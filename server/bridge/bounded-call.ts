/** Answers List, FilterHints and Statistics: from Goldmane, or from the ring for viewers who may not see everything. */
import { toBinary } from '@bufbuild/protobuf'
import type { ServerResponse } from 'node:http'
import {
  FilterHintsResultSchema,
  FlowListResultSchema,
  StatisticsResultSchema,
} from '../../src/gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from '../../src/goldmane/goldmane-error.ts'
import { unreachable } from '../../src/lib/assert.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import type { WholeAnswer } from './ask-goldmane.ts'
import { encodeFrame } from '../grpc/frame.ts'
import type { BoundedCall } from './request/goldmane-call.ts'
import { PacedResponse } from './stream/paced-response.ts'
import type { ScopedAnswers, ScopedCall } from './scoped-answers.ts'

/** A piece of a large answer, so that a reader that is slow and not stalled makes progress. */
const CHUNK_BYTES = 64 * 1024

/**
 * The answer for a viewer who may see some namespaces only.
 * @throws RefusedCallError when the signal fires first
 */
export async function answerScoped(
  answers: ScopedAnswers,
  call: BoundedCall,
  scope: ScopedCall,
): Promise<WholeAnswer> {
  try {
    const messages = await scopedMessages(answers, call, scope)
    return wholeAnswer(messages, GRPC.OK, '')
  } catch (error) {
    if (!(error instanceof GoldmaneError)) throw error
    // As Goldmane: some proxies lose the trailers of an answer without a body.
    const isEmpty = call.method === 'Statistics' && error.code === STATUS.NOT_FOUND
    return wholeAnswer(isEmpty ? [new Uint8Array(0)] : [], error.code, error.message)
  }
}

async function scopedMessages(
  answers: ScopedAnswers,
  call: BoundedCall,
  scope: ScopedCall,
): Promise<readonly Uint8Array[]> {
  switch (call.method) {
    case 'List':
      return [toBinary(FlowListResultSchema, await answers.list(call.request, scope))]
    case 'FilterHints':
      return [toBinary(FilterHintsResultSchema, await answers.filterHints(call.request, scope))]
    case 'Statistics': {
      const results = await answers.statistics(call.request, scope)
      return results.map((result) => toBinary(StatisticsResultSchema, result))
    }
    default:
      return unreachable(call, 'call')
  }
}

function wholeAnswer(messages: readonly Uint8Array[], code: number, message: string): WholeAnswer {
  const frames = messages.map((each) => encodeFrame(each))
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0)
  return { frames, bytes, status: { code, message } }
}

/** Writes an answer as fast as its reader takes it. `onStalled` as in PacedResponse. */
export function sendAnswer(
  response: ServerResponse,
  clock: Clock,
  answer: WholeAnswer,
  onStalled: () => void,
): void {
  const chunks = chunksOf(answer.frames)
  const paced = new PacedResponse(response, clock, { onReady: () => writeOn(), onStalled })
  const writeOn = () => {
    while (paced.isReady) {
      const { value, done } = chunks.next()
      if (done === true) return paced.end(answer.status)
      paced.write(value)
    }
  }
  writeOn()
}

/** The frames in pieces of about {@link CHUNK_BYTES}: small ones together, large ones cut. */
function* chunksOf(frames: readonly Buffer[]): Generator<Buffer, undefined> {
  let small: Buffer[] = []
  let bytes = 0
  for (const frame of frames) {
    for (let at = 0; at < frame.length; at += CHUNK_BYTES) {
      const piece = frame.subarray(at, at + CHUNK_BYTES)
      small.push(piece)
      bytes += piece.length
      if (bytes < CHUNK_BYTES) continue
      yield Buffer.concat(small, bytes)
      small = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(small, bytes)
  return undefined
}
