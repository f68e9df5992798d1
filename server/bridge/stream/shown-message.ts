/** Applies a viewer's view to results that come from Goldmane, and not from the ring. */
import { fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import {
  type FlowKey,
  FlowKeySchema,
  type FlowResult,
  FlowResultSchema,
} from '../../../src/gen/goldmane/api_pb.ts'
import { RecordSlices } from '../../upstream/ring/record-slices.ts'
import type { RingView, ShownKey } from '../../upstream/ring/ring-view.ts'

/**
 * Added to Goldmane's ids. The ring counts its own ids from 1, so that one id never stands for two keys in a stream that
 * has both.
 */
const ID_OFFSET = 2n ** 52n

/** For the results of one stream: in it, an id stands for one key. */
export class MessageView {
  readonly #view: RingView
  readonly #slices = new RecordSlices()
  readonly #shown = new Map<number, ShownKey | null>()

  constructor(view: RingView) {
    this.#view = view
  }

  /**
   * The start of the result's bucket in Unix seconds, and the encoded result as the viewer sees it, null when it is not
   * shown.
   * @throws Error when the message is no goldmane.FlowResult with a key
   */
  read(message: Uint8Array): { readonly startTime: number; readonly shown: Uint8Array | null } {
    const slices = this.#slices
    slices.read(message)
    const { id, startTime } = slices
    if (this.#view.show === null) return { startTime, shown: withId(message, id) }
    let shown = this.#shown.get(id)
    if (shown === undefined) {
      const key = slices.isExact
        ? fromBinary(FlowKeySchema, message.subarray(slices.keyStart, slices.keyEnd))
        : keyOf(fromBinary(FlowResultSchema, message))
      shown = this.#view.show(key)
      this.#shown.set(id, shown)
    }
    if (shown === null) return { startTime, shown: null }
    return { startTime, shown: withId(isAsItIs(shown) ? message : alter(message, shown), id) }
  }
}

/** Of a number that occurs twice the last one counts. */
function withId(message: Uint8Array, id: number): Uint8Array {
  const writer = new BinaryWriter().raw(message)
  return writer
    .tag(FlowResultSchema.field.id.number, WireType.Varint)
    .int64(ID_OFFSET + BigInt(id))
    .finish()
}

function isAsItIs({ rewritten, hidesSourceLabels, hidesDestLabels }: ShownKey): boolean {
  return rewritten === null && !hidesSourceLabels && !hidesDestLabels
}

/** Unknown fields are left out: nobody can say whether they name what is hidden. */
function alter(message: Uint8Array, { rewritten, hidesSourceLabels, hidesDestLabels }: ShownKey): Uint8Array {
  const result = fromBinary(FlowResultSchema, message, { readUnknownFields: false })
  const { flow } = result
  if (flow === undefined) return message
  if (rewritten !== null) flow.Key = rewritten
  if (hidesSourceLabels) flow.sourceLabels = []
  if (hidesDestLabels) flow.destLabels = []
  return toBinary(FlowResultSchema, result)
}

function keyOf({ flow }: FlowResult): FlowKey {
  if (flow?.Key === undefined) throw new Error('a result without a key')
  return flow.Key
}
