import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { FlowRing } from '../../upstream/flow-ring.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { EmittedWindow } from './emitted-window.ts'
import { makeExclusive } from './exclusively.ts'
import { StoredIndex } from './stored-index.ts'
import { WindowWriter } from './window-writer.ts'

const START = 1_790_000_100
const CLUSTER = 'prod'

function window(from: number, to: number): EmittedWindow {
  const emitted = new EmittedWindow()
  const times = { start_time: START + from, end_time: START + to }
  emitted.add(JSON.stringify({ Key: { dest_port: 1 }, ...times, packets_in: 1 }))
  return emitted
}

function startWriter() {
  const store = new MemoryHistory()
  const clock = new ManualClock(START * 1000)
  const index = new StoredIndex({ store, cluster: CLUSTER, isShared: false, clock })
  const ring = new FlowRing({ maxBytes: 2 ** 20 })
  const writer = new WindowWriter({
    store,
    cluster: CLUSTER,
    index,
    exclusively: makeExclusive(),
    ring,
    clock,
  })
  return { store, clock, writer, gaps: () => store.gaps(CLUSTER, { from: 0, to: 4e9 }) }
}

test('what the emitter did not send is a gap, once older windows have had their turn', async () => {
  const { writer, clock, gaps } = startWriter()
  expect(await writer.write(window(0, 300))).toBe('stored')
  expect(await writer.write(window(600, 900))).toBe('early')
  expect(await gaps()).toEqual([])
  // It is stored when it comes a second time, because its sender gives it up at last.
  clock.advance(30_000)
  expect(await writer.write(window(600, 900))).toBe('kept')
  expect(await gaps()).toEqual([
    { from: START + 300, to: START + 600, cause: "Goldmane's emitter sent no records of it" },
  ])
  clock.advance(1000)
  expect(await writer.write(window(600, 900))).toBe('early')
  expect(await writer.write(window(900, 1200))).toBe('early')
  clock.advance(4000)
  expect(await writer.write(window(600, 900))).toBe('known')
  expect(await writer.write(window(900, 1200))).toBe('stored')
  expect(await gaps()).toHaveLength(1)
})

test('an older window that comes after a kept one fills the hole', async () => {
  const { writer, clock, store, gaps } = startWriter()
  await writer.write(window(0, 300))
  await writer.write(window(600, 900))
  clock.advance(30_000)
  expect(await writer.write(window(600, 900))).toBe('kept')
  expect(await writer.write(window(300, 600))).toBe('stored')
  expect(await gaps()).toEqual([])
  expect(await writer.write(window(600, 900))).toBe('known')
  expect(await store.have(CLUSTER, { from: 0, to: 4e9 })).toHaveLength(3)
})

test('records that do not reach to the ends of their windows leave no hole', async () => {
  const { writer, gaps } = startWriter()
  expect(await writer.write(window(15, 270))).toBe('stored')
  expect(await writer.write(window(330, 600))).toBe('stored')
  expect(await gaps()).toEqual([])
})

test('a window that is more than a day ahead is not taken', async () => {
  const { writer, store, gaps } = startWriter()
  const ahead = writer.write(window(86_400, 86_400 + 300))
  await expect(ahead).rejects.toMatchObject({
    name: 'HistoryError',
    message: expect.stringContaining('one of the two clocks is wrong'),
  })
  expect(await store.have(CLUSTER, { from: 0, to: 4e9 })).toEqual([])
  expect(await gaps()).toEqual([])
  expect(await writer.write(window(86_400 - 600, 86_400 - 300))).toBe('stored')
})
