/** The screen as its user knows it. Only this file knows how it is built. */
import { expect, type Locator, type Page } from '@playwright/test'

/** The time of day in the zone of the browser, as the screen writes it. */
function clockOf(page: Page, seconds: number): Promise<string> {
  return page.evaluate((time) => new Date(time * 1000).toLocaleTimeString('en-GB'), seconds)
}

/** What a row of the table shows, by its columns. */
export interface Shown {
  verdict?: 'Allow' | 'Deny' | 'Pass'
  source?: string | RegExp
  destination?: string | RegExp
  port?: string
  reporter?: 'source' | 'destination'
  pending?: string
  decidedBy?: string | RegExp
  connections?: string
}

export class Screen {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get table(): Locator {
    return this.page.getByRole('grid', { name: 'Flows' })
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Flow' })
  }

  get trace(): Locator {
    return this.inspector.getByRole('table', { name: 'Policy trace' })
  }

  /** Live, Reconnecting, Capture … */
  get source(): Locator {
    return this.page.getByRole('status', { name: 'Source' })
  }

  get footer(): Locator {
    return this.page.getByRole('contentinfo')
  }

  get filter(): Locator {
    return this.page.getByRole('search', { name: 'Filter' })
  }

  get clauses(): Locator {
    return this.filter.getByRole('list', { name: 'Clauses of the filter' }).getByRole('listitem')
  }

  /** The field of the query. */
  get query(): Locator {
    return this.page.getByRole('search', { name: 'Query bar' }).getByRole('textbox')
  }

  /** What is streamed, when that is not everything: in the top bar. */
  get scope(): Locator {
    return this.page.getByRole('banner').getByRole('group', { name: 'Scope' })
  }

  /** The panel in which the scope is set. */
  get scopePanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Stream only what matches' })
  }

  /** What the browser offers for the scope: it draws the list itself, where no test can see it. */
  async scopeOffers(): Promise<readonly string[]> {
    const field = this.scopePanel.getByRole('combobox', { name: 'Scope' })
    return field.evaluate((input: HTMLInputElement) =>
      Array.from(input.list?.options ?? [], ({ value, label }) => `${value} (${label})`),
    )
  }

  /** Sets the scope by mouse, from the menu beside the source's name. */
  async streamOnly(source: string, query: string): Promise<void> {
    await this.page.getByRole('button', { name: source, exact: true }).click()
    await this.page.getByRole('menuitem', { name: 'Stream only…' }).click()
    await this.scopePanel.getByRole('combobox', { name: 'Scope' }).fill(query)
    await this.scopePanel.getByRole('button', { name: 'Stream only this' }).click()
    await expect(this.scopePanel).toBeHidden()
  }

  /** Shows a column that a new user does not see. */
  async showColumn(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Columns' }).click()
    await this.page.getByRole('checkbox', { name }).click()
    await this.page.keyboard.press('Escape')
    await expect(this.table.getByRole('columnheader', { name })).toBeVisible()
  }

  get palette(): Locator {
    return this.page.getByRole('dialog', { name: 'Commands' })
  }

  get help(): Locator {
    return this.page.getByRole('dialog', { name: 'Keys' })
  }

  /** A facet of the rail, or of the panel that holds it on a narrow screen. */
  facet(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true })
  }

  /** Signatures, Flows or Intervals. */
  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${title}`) })
  }

  /** How many rows a tab says that there are. */
  async tabCount(title: string): Promise<number> {
    await expect(this.tab(title)).toHaveText(/ [\d,]+$/)
    return Number((await this.tab(title).innerText()).replaceAll(/\D/g, ''))
  }

  get timeline(): Locator {
    return this.page.getByRole('region', { name: 'Timeline' })
  }

  /** What is dragged over, and moved by keys. */
  get timeWindow(): Locator {
    return this.timeline.getByRole('slider', { name: 'Time window' })
  }

  get timePanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Time window' })
  }

  async openTimePanel(): Promise<void> {
    await this.timeline.getByRole('button', { name: /^(everything held|last \d.*|chosen window)$/ }).click()
    await expect(this.timePanel).toBeVisible()
  }

  /** Last 5 minutes, Everything held … */
  async chooseTime(title: string): Promise<void> {
    await this.openTimePanel()
    await this.timePanel.getByRole('button', { name: new RegExp(`^${title}`) }).click()
    await expect(this.timePanel).toBeHidden()
  }

  /** The screen says in figures that it shows this range, in Unix seconds. */
  async expectWindow(from: number, to: number): Promise<void> {
    const figures = `${await clockOf(this.page, from)} – ${await clockOf(this.page, to)}`
    await expect(this.timeline).toContainText(figures)
  }

  /** Drags over a part of the timeline, 0 at its beginning and 1 at its end. */
  async brush(from: number, to: number): Promise<void> {
    const slider = this.page.getByRole('slider', { name: 'Time window' })
    await expect(slider.locator('canvas')).toBeVisible()
    const box = await slider.boundingBox()
    if (box === null) throw new Error('the timeline is not on the screen')
    const y = box.y + box.height / 2
    await this.page.mouse.move(box.x + box.width * from, y)
    await this.page.mouse.down()
    await this.page.mouse.move(box.x + box.width * to, y, { steps: 4 })
    await this.page.mouse.up()
  }

  /** The row that is open. */
  get openedRow(): Locator {
    return this.table.getByRole('row', { selected: true })
  }

  /** What a row shows in the column of that heading. */
  async textOf(row: Locator, heading: string): Promise<string> {
    const column = await this.table.getByRole('columnheader', { name: heading }).getAttribute('aria-colindex')
    return row.locator(`[role=gridcell][aria-colindex="${column}"]`).innerText()
  }

  /** So many records have arrived. */
  async expectRecords(count: number): Promise<void> {
    await expect(this.footer).toContainText(`${count.toLocaleString('en-US')} records`)
  }

  /** The commands of the page are there, so that no key has to wait: the foot of the page names the last of them. */
  async expectKeys(): Promise<void> {
    await expect(this.footer).toContainText('pause')
  }

  /** The page needs no server any more. */
  async expectComplete(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-loaded', 'all')
  }

  rows(shown: Shown = {}): Locator {
    let rows = this.table.getByRole('row').filter({ has: this.page.getByRole('gridcell') })
    for (const text of Object.values(shown)) {
      rows = rows.filter({
        has: this.page.getByRole('gridcell', { name: text, exact: typeof text === 'string' }),
      })
    }
    return rows
  }

  /** What marks rows, above them. */
  get highlight(): Locator {
    return this.page.getByRole('group', { name: 'Marked rows' })
  }

  /** Rows with that sign in their margin. */
  signedRows(sign: 'Marked' | 'Not known whether it matches'): Locator {
    return this.rows().filter({ has: this.page.getByRole('img', { name: sign, exact: true }) })
  }

  async expectRow(shown: Shown): Promise<void> {
    await expect(this.rows(shown)).toHaveCount(1)
  }

  /** "3 flows", "1 of 3 intervals". */
  async expectCount(text: string): Promise<void> {
    await expect(
      this.page.getByRole('status').filter({ hasText: /(flow|interval|signature)s?$/ }),
    ).toHaveText(text)
  }

  async expectNoSidewaysScroll(): Promise<void> {
    const beyond = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(beyond, 'pixels beyond the right edge').toBe(0)
  }

  get columnsButton(): Locator {
    return this.page.getByRole('button', { name: 'Columns' })
  }

  /** Nothing of the table is cut off at its right edge. */
  async expectTableFits(): Promise<void> {
    const beyond = await this.table.evaluate((grid) => grid.scrollWidth - grid.clientWidth)
    expect(beyond, 'pixels of the table beyond its right edge').toBe(0)
  }

  async openRow(shown: Shown): Promise<void> {
    await this.rows(shown).first().click()
    await expect(this.inspector).toBeVisible()
  }

  /** Chooses a value in a filter control; `tab` is the field's tab in it. */
  async choose(control: string, value: string, tab?: string): Promise<void> {
    await this.filter.getByRole('button', { name: new RegExp(`^${control}`) }).click()
    const panel = this.page.getByRole('dialog', { name: `Filter by ${control.toLowerCase()}` })
    if (tab !== undefined) await panel.getByRole('tab', { name: tab, exact: true }).click()
    await panel.getByRole('button', { name: `Include ${value}`, exact: true }).click()
    await this.page.keyboard.press('Escape')
    await expect(panel).toBeHidden()
  }

  /** Lets a file fall on the page, wherever that is. */
  async dropCapture(file: { name: string; text: string }): Promise<void> {
    const dataTransfer = await this.page.evaluateHandle(({ name, text }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], name))
      return transfer
    }, file)
    const target = this.page.getByRole('main')
    await target.dispatchEvent('dragover', { dataTransfer })
    await target.dispatchEvent('drop', { dataTransfer })
  }

  async openCapture(file: { name: string; text: string }): Promise<void> {
    await this.page
      .getByLabel('Capture file')
      .setInputFiles({ name: file.name, mimeType: 'application/x-ndjson', buffer: Buffer.from(file.text) })
  }
}
