/** The four methods that a browser may call, their request messages, and what of them is refused. */
import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import {
  type FilterHintsRequest,
  FilterHintsRequestSchema,
  type FlowListRequest,
  FlowListRequestSchema,
  type FlowStreamRequest,
  FlowStreamRequestSchema,
  type StatisticsRequest,
  StatisticsRequestSchema,
} from '../../../src/gen/goldmane/api_pb.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import { GRPC } from '../../grpc/grpc-status.ts'
import { RefusedCallError } from './refused-call.ts'

/** A request that was decoded. `message` is its encoding by us: Goldmane reads what was validated. */
export type GoldmaneCall =
  | { readonly method: 'Stream'; readonly request: FlowStreamRequest }
  | UnaryCall<'List', FlowListRequest>
  | UnaryCall<'FilterHints', FilterHintsRequest>
  | UnaryCall<'Statistics', StatisticsRequest>

interface UnaryCall<Method, Request> {
  readonly method: Method
  readonly request: Request
  readonly message: Uint8Array
}

/** A call that has one answer. Statistics.List has a stream of them, which ends by itself. */
export type BoundedCall = Exclude<GoldmaneCall, { method: 'Stream' }>

/**
 * FlowCollector, which every client with an accepted certificate can call, is not among them: it writes flows, and one
 * empty message ends Goldmane.
 */
const METHODS: ReadonlyMap<string, GoldmaneCall['method']> = new Map([
  ['/goldmane.Flows/List', 'List'],
  ['/goldmane.Flows/Stream', 'Stream'],
  ['/goldmane.Flows/FilterHints', 'FilterHints'],
  ['/goldmane.Statistics/List', 'Statistics'],
] as const)

export const PATHS: Readonly<Record<GoldmaneCall['method'], string>> = {
  List: '/goldmane.Flows/List',
  Stream: '/goldmane.Flows/Stream',
  FilterHints: '/goldmane.Flows/FilterHints',
  Statistics: '/goldmane.Statistics/List',
}

/** The method of a path; undefined for any other path. */
export function methodOf(path: string): GoldmaneCall['method'] | undefined {
  return METHODS.get(path)
}

/** @throws RefusedCallError when the message is not one of the method's */
export function decodeCall(method: GoldmaneCall['method'], message: Uint8Array): GoldmaneCall {
  switch (method) {
    case 'Stream':
      return { method, request: decode(FlowStreamRequestSchema, message) }
    case 'List': {
      const request = decode(FlowListRequestSchema, message)
      return { method, request, message: toBinary(FlowListRequestSchema, request) }
    }
    case 'FilterHints': {
      const request = decode(FilterHintsRequestSchema, message)
      return { method, request, message: toBinary(FilterHintsRequestSchema, request) }
    }
    case 'Statistics': {
      const request = decode(StatisticsRequestSchema, message)
      return { method, request, message: toBinary(StatisticsRequestSchema, request) }
    }
    default:
      return unreachable(method, 'method')
  }
}

function decode<Desc extends DescMessage>(schema: Desc, message: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, message)
  } catch {
    throw new RefusedCallError({
      code: GRPC.INVALID_ARGUMENT,
      message: `The request is no ${schema.typeName}`,
    })
  }
}
