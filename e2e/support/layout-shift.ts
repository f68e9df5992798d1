import { expect, type Page } from '@playwright/test'

/** The part of a `layout-shift` entry that is read: lib.dom does not declare it. */
interface LayoutShift extends PerformanceEntry {
  readonly value: number
  readonly sources: readonly { readonly node: Node | null }[]
}

/** From now on records every layout shift of the page, also those that follow the reader's input at once. */
export async function watchLayoutShifts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shifts: string[] = []
    const observer = new PerformanceObserver((list) => {
      // The observer asks for no other type.
      for (const { value, sources } of list.getEntries() as LayoutShift[]) {
        const nodes = sources.map(({ node }) =>
          node instanceof Element ? node.outerHTML.slice(0, 200) : (node?.textContent ?? '?'),
        )
        shifts.push(`${value}: ${nodes.join(' | ')}`)
      }
    })
    observer.observe({ type: 'layout-shift' })
    Object.assign(window, { layoutShifts: shifts })
  })
}

/** Expects that nothing on the page was shifted since {@link watchLayoutShifts}. */
export async function expectNoLayoutShift(page: Page, after: string): Promise<void> {
  // Two frames, so that the shift of what was done last is recorded.
  const shifts = await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
    return (window as unknown as { layoutShifts: string[] }).layoutShifts // set by watchLayoutShifts
  })
  expect(shifts, `layout shifts after ${after}`).toEqual([])
}
