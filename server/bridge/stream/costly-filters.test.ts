// A client that opens streams with ever new filters, each of which is evaluated on every key.
import { create } from '@bufbuild/protobuf'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FilterSchema, MatchType } from '../../../src/gen/goldmane/api_pb.ts'
import { range, startLive } from '../../testing/bridge-scene.ts'
import { ViewBudget } from './view-budget.ts'

const newFilter = (n: number) =>
  create(FilterSchema, { destNames: [{ value: `none-${n}`, type: MatchType.Fuzzy }] })

test('waits once it has spent its budget, loses nothing, and keeps nobody else waiting', async () => {
  // The ring of the test is small: each filter costs as much here as on the largest one.
  // It is called with its budget below.
  // oxlint-disable-next-line typescript/unbound-method
  const { spend } = ViewBudget.prototype
  const spent: number[] = []
  vi.spyOn(ViewBudget.prototype, 'spend').mockImplementation(function (this: ViewBudget, client, work) {
    spent.push(work)
    spend.call(this, client, work * 10_000)
  })
  onTestFinished(() => void vi.restoreAllMocks())
  const scene = await startLive()
  const attack = range(0, 40).map((n) =>
    scene.open({ request: { startTimeGte: -3600n, filter: newFilter(n) } }),
  )
  const isRead = ({ lastFreshness }: (typeof attack)[number]) => lastFreshness?.backFill === null
  await scene.until(() => attack.some(isRead))
  const reader = scene.open({ request: { startTimeGte: -3600n } })
  await scene.until(() => reader.results.length === 3 * 238)
  expect(attack.filter(isRead).length).toBeLessThan(40)
  await scene.advanceUntil(() => attack.every(isRead), 1000)
  expect(attack.every(({ status, isBroken }) => status === null && !isBroken)).toBe(true)
  expect(spent.reduce((sum, work) => sum + work, 0)).toBeGreaterThan(40 * 3 * 238)
})
