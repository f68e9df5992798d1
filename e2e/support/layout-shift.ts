import { expect, type Page } from '@playwright/test'

/** A move of elements that the browser saw (Layout Instability API). */
export interface LayoutShift {
  /** The share of the viewport that moved, times the distance. */
  readonly value: number
  /** Whether it came within half a second of a key press or a click, as an answer to it. */
  readonly afterInput: boolean
  /** The elements that moved, with the pixels that each moved to the right and down. */
  readonly moved: readonly string[]
}

interface ShiftEntry extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly {
    readonly node: Node | null
    readonly previousRect: DOMRectReadOnly
    readonly currentRect: DOMRectReadOnly
  }[]
}

/** Watches what moves from now on, on the page or in the element of a selector. */
export async function watchLayoutShifts(
  page: Page,
  within = 'html',
): Promise<{
  /** Expects that nothing moved since, whether after input or by itself. */
  expectNone: (what: string) => Promise<void>
}> {
  const shifts = await page.evaluateHandle((selector) => {
    const part = document.querySelector(selector)
    const seen: LayoutShift[] = []
    const take = (entries: PerformanceEntryList) => {
      for (const entry of entries) {
        // The type of the observed entries is known by their name alone.
        const { value, hadRecentInput, sources } = entry as ShiftEntry
        const inside = sources.filter(
          ({ node, previousRect: before, currentRect: after }) =>
            // What was not visible before has not moved, it has appeared, as a popup that is measured beyond the screen;
            // and what keeps its corner has only grown or shrunk.
            before.width * before.height > 0 &&
            (after.x !== before.x || after.y !== before.y) &&
            (node === null || part?.contains(node) === true),
        )
        if (inside.length === 0) continue
        const moved = inside.map(({ node, previousRect: before, currentRect: after }) => {
          const element = node instanceof Element ? node : node?.parentElement
          const name = `${element?.tagName ?? '?'} ${element?.getAttribute('aria-label') ?? element?.textContent?.slice(0, 40)}`
          return `${name}: ${after.x - before.x} right, ${after.y - before.y} down, ${after.width - before.width} wider, ${after.height - before.height} higher`
        })
        seen.push({ value, afterInput: hadRecentInput, moved })
      }
    }
    const observer = new PerformanceObserver((list) => take(list.getEntries()))
    observer.observe({ type: 'layout-shift' })
    return {
      taken: (): readonly LayoutShift[] => {
        take(observer.takeRecords())
        return seen.splice(0)
      },
    }
  }, within)
  return {
    expectNone: async (what) => {
      // A shift is reported after the frame that showed it.
      const taken = await shifts.evaluate(
        ({ taken: all }) =>
          new Promise<readonly LayoutShift[]>((resolve) => {
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(all())))
          }),
      )
      expect(taken, `what moved while ${what}`).toEqual([])
    },
  }
}
