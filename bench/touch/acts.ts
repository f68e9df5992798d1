/** The reader's acts, as real input through the browser. They find what they touch by role, as the reader does. */
import type { Locator, Page } from '@playwright/test'

import { SHAPES } from '../../src/panels/table/bar/shapes.ts'
import type { Shape } from '../../src/state/client/rows.ts'
import { timeAct, untilIdle } from './act-timer.ts'

/** The middle of an element on the screen. */
async function middleOf(element: Locator): Promise<{ x: number; y: number }> {
  await element.waitFor()
  const box = await element.boundingBox()
  if (box === null) throw new Error('what should be clicked is not on the screen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Clicks by coordinates, found beforehand: the driver's own checks would be a part of the act. */
async function timeClick(page: Page, target: Locator, outcome: 'rows' | 'headline'): Promise<number> {
  const { x, y } = await middleOf(target)
  await page.mouse.move(x, y)
  return timeAct(page, outcome, () => page.mouse.click(x, y))
}

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Flows' })

/** A row by its place, from 0. */
const rowAt = (page: Page, index: number): Locator =>
  grid(page).locator(`[role=row][aria-rowindex="${index + 2}"]`)

export const titleOf = (shape: Shape): string => SHAPES.find((entry) => entry.shape === shape)?.title ?? shape

/** Shows rows of that shape, from the first one, and puts the focus on the table. */
export async function showShape(page: Page, shape: Shape): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${titleOf(shape)}`) }).click()
  await rowAt(page, 0).waitFor()
  await untilIdle(page)
  await grid(page).focus()
}

/** Opens the row at that place by a click; returns milliseconds to the paint of its headline. */
export async function openByClick(page: Page, index: number): Promise<number> {
  return timeClick(page, rowAt(page, index), 'headline')
}

/** Key `j` moves to the next row, which opens it while an answer is open. */
export async function openNextByKey(page: Page): Promise<number> {
  await grid(page).focus()
  return timeAct(page, 'headline', () => page.keyboard.press('j'))
}

/** A click on a namespace of the facets, which filters for it, or by a second click no more. */
export async function clickFacet(page: Page): Promise<number> {
  const values = page.locator('[aria-label="Source namespace"]').getByRole('listitem')
  return timeClick(page, values.nth(1).locator('button[aria-pressed]').first(), 'rows')
}

/** Key `d`: denied only, or everything again. */
export async function pressDenied(page: Page): Promise<number> {
  await grid(page).focus()
  return timeAct(page, 'rows', () => page.keyboard.press('d'))
}

/** A click on a heading sorts by it, or turns the order. */
export async function clickHeading(page: Page): Promise<number> {
  const heading = grid(page).getByRole('columnheader', { name: 'Source' }).getByRole('button')
  return timeClick(page, heading, 'rows')
}

/** Jumps to the last row, and back to the first one; only the jump to the end is timed. */
export async function jumpToEnd(page: Page): Promise<number> {
  await grid(page).focus()
  const taken = await timeAct(page, 'last row', () => page.keyboard.press('End'))
  await timeAct(page, 'first row', () => page.keyboard.press('Home'))
  return taken
}

async function clearQuery(page: Page): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Backspace')
}

/** Types a query letter by letter; only Enter, which applies it, is timed. */
export async function enterQuery(page: Page, query: string): Promise<number> {
  await grid(page).focus()
  await clearQuery(page)
  await page.keyboard.type(query)
  return timeAct(page, 'rows', () => page.keyboard.press('Enter'))
}

/** Empties the query bar again, and shows everything. */
export async function enterNothing(page: Page): Promise<void> {
  await grid(page).focus()
  await clearQuery(page)
  await timeAct(page, 'rows', () => page.keyboard.press('Enter'))
  await grid(page).focus()
}

/** Types a text into the query bar, each letter when the one before is painted; returns the milliseconds of each. */
export async function typeLetters(page: Page, text: string): Promise<readonly number[]> {
  await grid(page).focus()
  await page.keyboard.press('/')
  const times: number[] = []
  for (const letter of text) times.push(await timeAct(page, 'query', () => page.keyboard.type(letter)))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Escape')
  await grid(page).focus()
  return times
}
