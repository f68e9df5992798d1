/** A capture along its own clock: play, step, scrub, pause at the next new denial, leave, and a link to a moment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import type { Locator, Page } from '@playwright/test'

import { expectNoSerious } from './support/axe.ts'
import { Program } from './support/program.ts'
import type { Screen } from './support/screen.ts'
import { startSlowProxy } from './support/slow-proxy.ts'
import { expect, test } from './support/test.ts'

const START = Date.parse('2026-11-27T21:45:00Z') / 1000
const BUCKETS = 60
/** In this bucket, 10 minutes after the beginning, a denial begins that was not there before. */
const DENIED_BUCKET = 40

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')

function record(bucket: number, change: object): string {
  return JSON.stringify({
    start_time: iso(START + bucket * 15),
    end_time: iso(START + (bucket + 1) * 15),
    action: 'Allow',
    source_name: 'web-6f7c9d5b8d-*',
    source_namespace: 'shop',
    source_labels: 'app=web',
    dest_name: 'api-574ff6d9fd-*',
    dest_namespace: 'shop',
    dest_labels: 'app=api',
    protocol: 'tcp',
    dest_port: 8080,
    reporter: 'Dst',
    policies: { enforced: [], pending: [] },
    packets_in: 8,
    packets_out: 8,
    bytes_in: 592,
    bytes_out: 592,
    ...change,
  })
}

/** A quarter of an hour: allowed all the time, and one workload that is denied from its middle on. */
const CAPTURE = {
  name: 'incident.jsonl',
  text: Array.from({ length: BUCKETS }, (_, bucket) => [
    record(bucket, {}),
    ...(bucket >= DENIED_BUCKET
      ? [record(bucket, { action: 'Deny', dest_name: 'db-0', dest_port: 5432 })]
      : []),
  ])
    .flat()
    .join('\n'),
}

function clockOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Replay' })
}

function headIn(page: Page): number {
  return Number(new URL(page.url()).searchParams.get('at'))
}

/** How many records match before the head, as the tab of the records counts them. */
async function expectRecords(page: Page, count: number): Promise<void> {
  await expect(page.getByRole('tab', { name: /^Every 15 s/ })).toHaveText(`Every 15 s ${count}`)
}

async function openReplay(app: Screen, page: Page): Promise<Locator> {
  await app.openCapture(CAPTURE)
  await expect(app.source).toHaveText('Capture')
  await expect(app.rows()).toHaveCount(2)
  await page.getByRole('region', { name: 'Timeline' }).getByRole('button', { name: 'replay' }).click()
  const clock = clockOf(page)
  await expect(clock).toBeVisible()
  await expect(app.source).toHaveText('Capture, replaying')
  return clock
}

test.use({ timezoneId: 'UTC' })

test.describe('the replay of a capture', () => {
  test('steps by buckets, and everything on the screen follows; leaving it shows all again', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    const clock = await openReplay(app, page)
    await expect(app.rows()).toHaveCount(1)
    await expectRecords(page, 1)
    await expect(clock).toContainText('21:45:15 of 22:00:00')
    await expectNoSerious(page)

    await clock.getByRole('button', { name: 'Step on' }).click()
    await expectRecords(page, 2)
    await page.keyboard.press('.')
    await expectRecords(page, 3)
    await page.keyboard.press(',')
    await expectRecords(page, 2)
    await expect.poll(() => headIn(page)).toBe(START + 30)

    const head = page.getByRole('slider', { name: 'Play head' })
    await head.press('End')
    await expect(head).toHaveAttribute('aria-valuetext', '22:00:00 of 22:00:00')
    await expectRecords(page, 80)
    await expect(app.rows()).toHaveCount(2)
    await head.press('Home')
    await expect(app.rows()).toHaveCount(1)

    await clock.getByRole('button', { name: 'Leave replay' }).click()
    await expect(clock).toBeHidden()
    await expect(app.rows()).toHaveCount(2)
    await expectRecords(page, 80)
    await expect(app.source).toHaveText('Capture')
    await expect(page).not.toHaveURL(/at=/)
  })

  test('plays, pauses where the next new denial begins, and a reload of its link stands there', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    const clock = await openReplay(app, page)
    await clock.getByRole('button', { name: '3600 times' }).click()
    await clock.getByRole('button', { name: 'Play', exact: true }).press('Space')
    await expect(clock).toContainText('21:55:15 paused: new denial')
    await expect(clock.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
    await expect.poll(() => headIn(page)).toBe(START + (DENIED_BUCKET + 1) * 15)
    await expect(app.rows()).toHaveCount(2)
    await app.expectRow({ verdict: 'Deny', destination: 'shop/db-0' })
    await expectRecords(page, 42)

    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await app.openCapture(CAPTURE)
    await expect(clockOf(page)).toContainText('21:55:15 of 22:00:00')
    await expectRecords(page, 42)
    const play = clockOf(page).getByRole('button', { name: 'Play', exact: true })
    // With the speed of the link.
    for (const speed of ['240', '3600']) {
      await play.press(speed === '240' ? '<' : '>')
      await expect(clockOf(page).getByRole('button', { name: `${speed} times` })).toHaveAttribute(
        'aria-pressed',
        'true',
      )
    }
    await play.press('Space')
    await expect(clockOf(page)).toContainText('paused: the end')
    await expectRecords(page, 80)
  })

  test('plays from its link with speed and loop, and the back button leaves it', async ({
    app,
    cluster,
    page,
  }) => {
    await page.goto(cluster.url)
    const clock = await openReplay(app, page)
    await clock.getByRole('button', { name: '3600 times' }).click()
    await clock.getByRole('checkbox', { name: 'loop' }).check()
    await clock.getByRole('checkbox', { name: /pause at/ }).uncheck()
    await clock.getByRole('button', { name: 'Play', exact: true }).click()
    await expect(page).toHaveURL(/pace=3600-loop-past-play/)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await app.openCapture(CAPTURE)
    await expect(clock.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
    await expect(clock.getByRole('button', { name: '3600 times' })).toHaveAttribute('aria-pressed', 'true')
    await expect(clock.getByRole('checkbox', { name: 'loop' })).toBeChecked()
    // It plays: the head goes on, through the end and from the beginning again.
    const end = START + BUCKETS * 15
    await expect.poll(() => headIn(page)).toBe(end)
    await expect.poll(() => headIn(page)).toBeLessThan(end)
    await page.keyboard.press('Space')
    await expect(page).toHaveURL(/pace=3600-loop-past$/)
    await clock.getByRole('button', { name: 'Leave replay' }).click()
    await expect(page).not.toHaveURL(/pace=/)
    await page.goBack()
    await expect(clock.getByRole('button', { name: '3600 times' })).toHaveAttribute('aria-pressed', 'true')
  })

  test('its keys wait for it from the first paint of its link, and run in order', async ({ app, page }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
    const file = path.join(folder, CAPTURE.name)
    writeFileSync(file, CAPTURE.text)
    const program = await Program.start('--capture', file)
    const slow = await startSlowProxy(program.url)
    try {
      await page.goto(`${slow.url}?at=${START + 15}`)
      await expect(app.source).toHaveText('Asking the server…')
      for (const key of ['<', '.', '.', 'Space']) await page.keyboard.press(key)
      slow.answer()
      const clock = clockOf(page)
      // To step after it had played would have paused it.
      await expect(clock.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
      await expect(page).toHaveURL(/pace=4-play/)
      expect(headIn(page)).toBeGreaterThanOrEqual(START + 45)
    } finally {
      await slow.close()
      await program.stop()
      rmSync(folder, { recursive: true })
    }
  })

  test('can be looped at every width', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    const clock = await openReplay(app, page)
    for (const size of [
      { width: 390, height: 844 },
      { width: 720, height: 450 },
    ]) {
      await page.setViewportSize(size)
      const loop = clock.getByRole('checkbox', { name: 'loop' })
      await loop.check()
      await expect(page).toHaveURL(/pace=15-loop/)
      await loop.uncheck()
      await app.expectNoSidewaysScroll()
    }
  })

  test('goes to the next new denial by n, and its head is dragged', async ({ app, cluster, page }) => {
    await page.goto(cluster.url)
    await openReplay(app, page)
    await page.keyboard.press('n')
    await expect.poll(() => headIn(page)).toBe(START + (DENIED_BUCKET + 1) * 15)
    await page.keyboard.press('n')
    await expect(app.footer).toContainText('No new denial begins after this time')

    const head = page.getByRole('slider', { name: 'Play head' })
    const box = await head.boundingBox()
    const plot = await app.timeRange.boundingBox()
    if (box === null || plot === null) throw new Error('the timeline is not drawn')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(plot.x + 8, box.y + box.height / 2, { steps: 5 })
    await page.mouse.up()
    await expect(app.rows()).toHaveCount(1)
    await expect.poll(() => headIn(page)).toBeLessThan(START + 60)
  })
})
