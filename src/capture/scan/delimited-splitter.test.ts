import { create } from '@bufbuild/protobuf'
import { sizeDelimitedEncode } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildFlow, buildHit } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowResultSchema, FlowSchema } from '../../gen/goldmane/api_pb.ts'
import { anyCuts, anyFlow } from '../testing/arbitrary-messages.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { readAll } from '../testing/samples.ts'

const encoded = (flow: Flow): Uint8Array => sizeDelimitedEncode(FlowSchema, flowToMessage(flow))
const result = (flow: Flow): Uint8Array =>
  sizeDelimitedEncode(FlowResultSchema, create(FlowResultSchema, { id: 7n, flow: flowToMessage(flow) }))
const numbered = (number: number): Flow => buildFlow({ destName: `whole-${number}` })

/** A file begins with a flow that Goldmane could have sent; by that it is known. */
const first = encoded(numbered(0))

describe('length-delimited protobuf', () => {
  test('gives every flow, as Flow or FlowResult, in any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFlow, { maxLength: 5 }),
        anyCuts,
        fc.boolean(),
        async (flows, cuts, results) => {
          const bytes = Buffer.concat([first, ...flows.map(results ? result : encoded)])
          const { flows: read, refusals, format } = await readAll(bytes, cuts)
          expect(refusals).toEqual([])
          expect(read).toEqual([numbered(0), ...flows])
          expect(format).toBe('Goldmane flows (protobuf)')
        },
      ),
    )
  })

  test('finds every whole message in whatever noise, in any chunks', async () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat({ max: 400 }).map((length) => encoded(numbered(0)).slice(0, length)),
      fc.constantFrom(
        Uint8Array.of(0xff, 0xff, 0xff, 0xff),
        new Uint8Array(20),
        Uint8Array.of(0xe8, 0x07, 0x0a),
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { maxLength: 6 }), anyCuts, async (parts, cuts) => {
        const bytes = Buffer.concat([
          first,
          ...parts.flatMap((part, i) => [part, encoded(numbered(1000 + i)), result(numbered(2000 + i))]),
        ])
        const inOne = await readAll(bytes)
        const names = inOne.flows.map(({ key }) => key.destName).filter((name) => name !== 'whole-0')
        expect(names).toEqual(parts.flatMap((_, i) => [`whole-${1000 + i}`, `whole-${2000 + i}`]))
        const inPieces = await readAll(bytes, cuts)
        expect(inPieces.flows).toEqual(inOne.flows)
        expect(inPieces.refusals).toEqual(inOne.refusals)
      }),
      { numRuns: 200 },
    )
  })

  test('says where bytes are no message', async () => {
    const bytes = Buffer.concat([first, new Uint8Array(5), first])
    const { flows, refusals } = await readAll(bytes)
    expect(flows.length).toBe(2)
    expect(refusals).toMatchObject([
      { line: null, column: null, reason: `5 bytes from byte ${first.length} on are not a message` },
    ])
    expect(refusals[0]?.excerpt).toMatch(/^00 00 00 00 00 /)
  })

  test('says that the file was cut off in the middle of a record', async () => {
    const { flows, refusals } = await readAll(Buffer.concat([first, first.subarray(0, 30)]))
    expect(flows.length).toBe(1)
    expect(refusals).toMatchObject([{ reason: 'The file was cut off in the middle of a record, 30 bytes' }])
  })

  test.each([
    ['packets_in is -1', { packetsIn: -1 }],
    ['bytes_out is 9007199254740992', { bytesOut: 2 ** 53 }],
    ['start_time is -15', { startTime: -15 }],
  ])('refuses a flow with an absurd number by its name: %s', async (reason, more) => {
    const { flows, refusals } = await readAll(Buffer.concat([first, encoded(buildFlow({}, more)), first]))
    expect(flows.length).toBe(2)
    expect(refusals[0]?.reason).toContain(`The message at byte ${first.length} cannot be read: ${reason}`)
  })

  test('refuses a flow without names, without a key, or with an absurd position', async () => {
    const absurd = buildHit({ trigger: buildHit({ policyIndex: -3 }) })
    const messages = [
      encoded(buildFlow({ sourceName: '', destName: '' })),
      sizeDelimitedEncode(FlowResultSchema, create(FlowResultSchema, { id: 2n ** 60n })),
      encoded(buildFlow({ policies: { enforced: [absurd], pending: [] } })),
    ]
    const { flows, refusals } = await readAll(Buffer.concat([first, ...messages, first]))
    expect(flows.length).toBe(2)
    expect(refusals.map(({ reason }) => reason.replace(/^.*read: /, ''))).toEqual([
      'it names neither a source nor a destination',
      'it has no Key',
      'policy_index is -3, not a whole number from 0',
    ])
  })

  test('counts values outside the enums', async () => {
    const hit = buildHit({ kind: 'Unknown(44)', trigger: buildHit({ action: 'Unknown(9)' }) })
    const flow = buildFlow({ reporter: 'Unknown(3)', policies: { enforced: [hit], pending: [] } })
    expect(await readAll(Buffer.concat([first, encoded(flow)]))).toMatchObject({ unknown: 3, refused: 0 })
  })
})
