/**
 * Floors of the same run: pages without any program of ours that do the least that an act of the table can take. A static
 * copy is the HTML of the real table with the page's stylesheets, at the same place of a window of the same size.
 */
import type { BrowserContext, Page } from '@playwright/test'

import { newProbedPage } from '../page-probe.ts'
import { timeAct } from './act-timer.ts'
import { scrollDown, type Scrolling } from './scrolling.ts'

/** Rows of the copy that is scrolled, so that all of the way has rows. */
const SCROLLED_ROWS = 260

/** Runs in the real page: the table's HTML in a frame of its size, with all styles of the page. */
function copyTable(): string {
  const table = document.querySelector('[role=grid]')
  if (table === null) throw new Error('the table is not there')
  const { left, top, width, height } = table.getBoundingClientRect()
  const styles = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
  const root = document.documentElement
  const attributes = root.getAttributeNames().map((name) => `${name}="${root.getAttribute(name)}"`)
  const { font, color } = getComputedStyle(table)
  const box = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`
  const frame = `position:fixed;display:grid;${box};font:${font.replaceAll('"', "'")};color:${color}`
  return `<!doctype html><html ${attributes.join(' ')}><head><style>${styles.join('\n')}</style></head><body class="${document.body.className}"><div style="${frame}">${table.outerHTML}</div></body></html>`
}

/** Runs in a copy: key `t` gives each row the texts of the next one in place, key `r` replaces the rows by new ones. */
function moveOnKeys(): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[role=row]:not([aria-rowindex="1"])')]
  const group = rows[0]?.parentElement
  if (group === undefined || group === null) throw new Error('the copy has no rows')
  const nodes = rows.map((row) => {
    const texts: Text[] = []
    const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node instanceof Text) texts.push(node)
    return texts
  })
  // The next row of the same make, so that each text comes into the place of its like.
  const donors = nodes.map((row, i) => {
    const after = nodes.map((_, step) => (i + 1 + step) % nodes.length)
    return after.find((other) => nodes[other]?.length === row.length) ?? i
  })
  const changeTexts = (): void => {
    const before = nodes.map((row) => row.map(({ data }) => data))
    for (const [i, row] of nodes.entries())
      for (const [j, node] of row.entries()) node.data = before[donors[i] ?? i]?.[j] ?? node.data
  }
  let turn = 0
  const replaceRows = (): void => {
    turn++
    const made = rows.map((row, i) => {
      const copy = (rows[(i + turn) % rows.length] ?? row).cloneNode(true)
      if (copy instanceof HTMLElement) copy.style.top = row.style.top
      return copy
    })
    group.replaceChildren(...made)
  }
  document.addEventListener('keydown', ({ key }) => {
    if (key === 't') changeTexts()
    if (key === 'r') replaceRows()
  })
}

/** Runs in a copy: so many rows, made of those that are there. */
function lengthenTable(count: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[role=row]:not([aria-rowindex="1"])')]
  const group = rows[0]?.parentElement
  if (group === undefined || group === null) throw new Error('the copy has no rows')
  const height = rows[0]?.offsetHeight ?? 0
  const made = Array.from({ length: count }, (_, i) => {
    const copy = rows[i % rows.length]?.cloneNode(true)
    if (!(copy instanceof HTMLElement)) throw new Error('the copy has no rows')
    copy.style.top = `${i * height}px`
    return copy
  })
  group.style.height = `${count * height}px`
  group.replaceChildren(...made)
}

/** The pages of the floors, opened beside the real page. */
export class Floors {
  readonly #empty: Page
  readonly #texts: Page
  readonly #rows: Page
  readonly #long: Page

  private constructor(empty: Page, texts: Page, rows: Page, long: Page) {
    this.#empty = empty
    this.#texts = texts
    this.#rows = rows
    this.#long = long
  }

  /** Takes the copies from what the real page shows now. */
  static async open(context: BrowserContext, real: Page): Promise<Floors> {
    const html = await real.evaluate(copyTable)
    const open = async (content: string): Promise<Page> => {
      const page = await newProbedPage(context)
      await page.goto('about:blank')
      await page.setContent(content)
      return page
    }
    const empty = await open('<!doctype html><body>0</body>')
    await empty.evaluate(() => {
      const [text] = document.body.childNodes
      document.addEventListener('keydown', () => {
        if (text instanceof Text) text.data = String(Number(text.data) + 1)
      })
    })
    // A copy each: rows that were replaced no longer have the text nodes that are changed in place.
    const texts = await open(html)
    await texts.evaluate(moveOnKeys)
    const rows = await open(html)
    await rows.evaluate(moveOnKeys)
    const long = await open(html)
    await long.evaluate(lengthenTable, SCROLLED_ROWS)
    return new Floors(empty, texts, rows, long)
  }

  /** Milliseconds from a key to the paint of a page that has a number in it and nothing else. */
  async emptyPage(): Promise<number> {
    await this.#empty.bringToFront()
    return timeAct(this.#empty, 'body', () => this.#empty.keyboard.press('x'))
  }

  /** The same, of all rows' texts changed in place. */
  async textsInPlace(): Promise<number> {
    await this.#texts.bringToFront()
    return timeAct(this.#texts, 'body', () => this.#texts.keyboard.press('t'))
  }

  /** The same, of all rows replaced. */
  async rowsReplaced(): Promise<number> {
    await this.#rows.bringToFront()
    return timeAct(this.#rows, 'body', () => this.#rows.keyboard.press('r'))
  }

  async scrolledCopy(): Promise<Scrolling> {
    await this.#long.bringToFront()
    await this.#long.evaluate(() => document.querySelector('[role=grid]')?.scrollTo({ top: 0 }))
    return scrollDown(this.#long)
  }
}
