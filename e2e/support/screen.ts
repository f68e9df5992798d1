import { expect, type Locator, type Page } from '@playwright/test'

/** The time of day in the browser's zone, as the screen formats it. */
function formatClock(page: Page, seconds: number): Promise<string> {
  return page.evaluate((time) => new Date(time * 1000).toLocaleTimeString('en-GB'), seconds)
}

/** The cells by which a row of the table is found. */
export interface RowCells {
  verdict?: 'Allow' | 'Deny' | 'Pass'
  source?: string | RegExp
  destination?: string | RegExp
  port?: string
  reporter?: 'source' | 'destination'
  pending?: string
  decidedBy?: string | RegExp
  connections?: string
}

/** Page object: finds the parts of the screen by their roles and names, so that tests do not know the markup. */
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

  /** The state of the source: Live, Not connected, Capture … */
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

  /** The text field of the query bar. */
  get query(): Locator {
    return this.page.getByRole('search', { name: 'Query bar' }).getByRole('textbox')
  }

  /** The scope in the top bar; absent when everything is received. */
  get scope(): Locator {
    return this.page.getByRole('banner').getByRole('group', { name: 'Scope' })
  }

  /** The panel in which the scope is set. */
  get scopePanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Stream only what matches' })
  }

  /** The options of the scope's datalist, which the browser draws outside of the page. */
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

  /** Shows a column that is hidden by default. */
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

  /** The tab Signatures, Flows or Intervals. */
  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${title}`) })
  }

  /** The number of rows in a tab's label. */
  async tabCount(title: string): Promise<number> {
    await expect(this.tab(title)).toHaveText(/ [\d,]+$/)
    return Number((await this.tab(title).innerText()).replaceAll(/\D/g, ''))
  }

  get timeline(): Locator {
    return this.page.getByRole('region', { name: 'Timeline' })
  }

  /** The slider that is dragged with the mouse and moved with keys. */
  get timeRange(): Locator {
    return this.timeline.getByRole('slider', { name: 'Time range' })
  }

  get timePanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Time range' })
  }

  async openTimePanel(): Promise<void> {
    await this.page
      .getByRole('banner')
      .getByRole('button', { name: /^(everything held|last \d|chosen range)/ })
      .click()
    await expect(this.timePanel).toBeVisible()
  }

  /** Chooses a time range by its title: Last 5 minutes, Everything held … */
  async chooseTime(title: string): Promise<void> {
    await this.openTimePanel()
    await this.timePanel.getByRole('button', { name: new RegExp(`^${title}`) }).click()
    await expect(this.timePanel).toBeHidden()
  }

  /** Expects the timeline to name this time range, in Unix seconds. */
  async expectRange(from: number, to: number): Promise<void> {
    const figures = `${await formatClock(this.page, from)} – ${await formatClock(this.page, to)}`
    await expect(this.timeline).toContainText(figures)
  }

  /** Drags over a part of the timeline; 0 is its start, 1 its end. */
  async brush(from: number, to: number): Promise<void> {
    const slider = this.page.getByRole('slider', { name: 'Time range' })
    await expect(slider.locator('svg').first()).toBeVisible()
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

  /** The text of a row's cell in the column with that heading. */
  async textOf(row: Locator, heading: string): Promise<string> {
    const column = await this.table.getByRole('columnheader', { name: heading }).getAttribute('aria-colindex')
    return row.locator(`[role=gridcell][aria-colindex="${column}"]`).innerText()
  }

  /** Expects the footer to count so many records. */
  async expectRecords(count: number): Promise<void> {
    const figure = `${count.toLocaleString('en-US')} ${count === 1 ? 'record ' : 'records'}`
    await expect(this.footer).toContainText(figure)
  }

  /** Expects all shortcuts to be registered, so that no key press is queued: the footer names the last one. */
  async expectShortcuts(): Promise<void> {
    await expect(this.footer).toContainText('pause')
  }

  /** Expects all chunks to be preloaded, so that the page needs no server any more. */
  async expectPreloaded(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-loaded', 'all')
  }

  rows(shown: RowCells = {}): Locator {
    let rows = this.table.getByRole('row').filter({ has: this.page.getByRole('gridcell') })
    for (const text of Object.values(shown)) {
      rows = rows.filter({
        has: this.page.getByRole('gridcell', { name: text, exact: typeof text === 'string' }),
      })
    }
    return rows
  }

  /** The bar above the table that names the highlight. */
  get highlight(): Locator {
    return this.page.getByRole('group', { name: 'Highlighted rows' })
  }

  /** The rows with that highlight sign in their margin. */
  highlightedRows(sign: 'Highlighted' | 'Not known whether it matches'): Locator {
    return this.rows().filter({ has: this.page.getByRole('img', { name: sign, exact: true }) })
  }

  async expectRow(shown: RowCells): Promise<void> {
    await expect(this.rows(shown)).toHaveCount(1)
  }

  /** Expects the count above the table, as "3 flows" or "1 of 3 intervals". */
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

  /** Expects the table to need no horizontal scrolling. */
  async expectTableFits(): Promise<void> {
    const beyond = await this.table.evaluate((grid) => grid.scrollWidth - grid.clientWidth)
    expect(beyond, 'pixels of the table beyond its right edge').toBe(0)
  }

  async openRow(shown: RowCells): Promise<void> {
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

  /** Drops a file on the page. */
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
