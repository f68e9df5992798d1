/** The screen Compare: two windows of a capture, and two captures. */
import { demoFlows } from '../src/demo/cluster.ts'
import type { DemoStep } from '../src/demo/demo-step.ts'
import { writeFlow } from '../src/capture/write.ts'
import { expectNoSerious } from './support/axe.ts'
import { expect, test } from './support/test.ts'

const BUCKET_SECONDS = 15
/** A multiple of the bucket. */
const START = 1_790_000_100
const HALF_BUCKETS = 40
const MIDDLE = START + HALF_BUCKETS * BUCKET_SECONDS

/** The demo's records of some buckets while a step of its story is in force. */
function linesOf(start: number, step: DemoStep): readonly string[] {
  return Array.from({ length: HALF_BUCKETS }, (_, i) => demoFlows(start + i * BUCKET_SECONDS, step))
    .flat()
    .map((flow) => writeFlow(flow))
}

test('the default deny of the story is found between two windows, and opens in Flows', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await app.expectShortcuts()
  const text = [...linesOf(START, 'part-1'), ...linesOf(MIDDLE, 'default-deny')].join('\n')
  await app.dropFiles([{ name: 'story.jsonl', text }])
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('Capture')
  await page.keyboard.press('g')
  await page.keyboard.press('v')
  // The halves of what is held come first: the change lies between them.
  await expect(page.getByRole('heading', { level: 2 })).toContainText(/^After .* pairs are newly denied/)
  const flipped = page.getByRole('region', { name: 'Flipped' })
  const row = flipped.getByRole('listitem').filter({ hasText: 'frontend/web → backend/api tcp 80' })
  await expect(row).toContainText(
    /Allowed.*Denied leaving.*was allowed by frontend\/web-to-api rule 1 \(Kubernetes NetworkPolicy, tier default\)now denied by 00-default-deny \(GlobalNetworkPolicy, tier default\): no rule allowed it/,
  )
  await expectNoSerious(page)
  // The address holds the windows, which swap and move by keys.
  await page.keyboard.press('x')
  await expect(page).toHaveURL(new RegExp(`compare=${MIDDLE}-\\d+%2C${START}-${MIDDLE}`))
  await expect(row).toContainText(/Denied leaving.*Allowed/)
  await page.keyboard.press('x')
  await expect(row).toContainText(/Allowed.*Denied leaving/)
  // An end of a window is a slider, for the keys and for the pointer.
  const slider = page.getByRole('slider', { name: 'Beginning of B' })
  await slider.press('ArrowRight')
  await expect(page).toHaveURL(new RegExp(`-${MIDDLE}%2C${MIDDLE + BUCKET_SECONDS}-`))
  const box = await slider.boundingBox()
  if (box === null) throw new Error('the slider is not shown')
  await page.mouse.move(box.x + 3, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + 203, box.y + 20)
  await page.mouse.up()
  await expect(slider).not.toHaveAttribute('aria-valuenow', String(MIDDLE + BUCKET_SECONDS))
  await page.goBack()
  await page.goBack()
  await expect(slider).toHaveAttribute('aria-valuenow', String(MIDDLE))
  await page.keyboard.press('j')
  await expect(page.getByRole('link', { name: /open in Flows, in B$/ }).first()).toBeFocused()
  await row.getByRole('link', { name: /open in Flows, in B$/ }).click()
  await expect(page).toHaveURL(new RegExp(`time=${MIDDLE}-`))
  await app.expectRow({ verdict: 'Deny', source: 'frontend/web', destination: 'backend/api' })
  await page.goBack()
  await expect(row).toBeVisible()
})

test('a second capture is compared with what is open, and nothing leaves the page', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await app.expectShortcuts()
  await app.dropFiles([{ name: 'before.jsonl', text: linesOf(START, 'part-1').join('\n') }])
  await expect(page.getByRole('status', { name: 'Source' })).toHaveText('Capture')
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('button', { name: 'Two captures' }).click()
  await expect(page.getByText('Choose a capture to compare with before.jsonl')).toBeVisible()
  const buffer = Buffer.from(linesOf(MIDDLE, 'default-deny').join('\n'))
  await page
    .getByLabel('Capture to compare with')
    .setInputFiles({ name: 'after.jsonl', mimeType: 'application/x-ndjson', buffer })
  await expect(page.getByRole('heading', { level: 2 })).toContainText(/^In B, .* pairs are newly denied/)
  const second = page.getByRole('button', { name: /^B: after\.jsonl, whole, / })
  await expect(second).toBeVisible()
  // A row opens in its own capture, and the way back is the same comparison.
  await page
    .getByRole('link', { name: /open in Flows, in B$/ })
    .first()
    .click()
  await expect(page).toHaveURL(/capture=\d+\.[0-9a-f]+\.after\.jsonl.*compare=captures-swapped/)
  await expect(page.getByRole('row').filter({ hasText: 'Denied' }).first()).toBeVisible()
  await page.goBack()
  await expect(second).toBeVisible()
})
