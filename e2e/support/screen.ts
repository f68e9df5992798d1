import { expect, type Locator, type Page } from '@playwright/test'

import { workloadOf } from '../../src/flows/spelling.ts'
import { formatCount } from '../../src/lib/format.ts'

/** The time of day in the browser's zone, as the screen formats it. */
function formatClock(page: Page, seconds: number): Promise<string> {
  return page.evaluate((time) => new Date(time * 1000).toLocaleTimeString('en-GB'), seconds)
}

/** The cells by which a row of the table is found. */
export interface RowCells {
  verdict?: 'Allow' | 'Deny'
  /** An end as recorded: the hash of a rollout is not shown. */
  source?: string | RegExp
  destination?: string | RegExp
  /** The first port that the cell names. */
  port?: string
  /** The end that denied; takes effect only beside `verdict: 'Deny'`, because an allowed row does not name it. */
  reporter?: 'source' | 'destination'
  /** What the verdict would be if staged policies were enforced, where that differs. */
  staged?: 'Allow' | 'Deny'
  decidedBy?: string | RegExp
  connections?: string
}

function quoted(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}

/** The beginning of a verdict's cell. */
function verdictOf({ verdict, reporter }: RowCells): RegExp | undefined {
  if (verdict === 'Allow') return /^Allowed/
  const side = reporter === undefined ? '' : reporter === 'source' ? ' leaving' : ' entering'
  return verdict === 'Deny' ? new RegExp(`^Denied${side}`) : undefined
}

function endOf(end: string | RegExp | undefined): string | RegExp | undefined {
  return typeof end === 'string' ? workloadOf(end) : end
}

/** The names of the cells, as a screen reader says them. */
function cellNames(shown: RowCells): readonly (string | RegExp)[] {
  const { source, destination, port, staged, decidedBy, connections } = shown
  return [
    verdictOf(shown),
    endOf(source),
    endOf(destination),
    port === undefined ? undefined : new RegExp(`^${quoted(port)}(?![0-9])`),
    staged === undefined ? undefined : new RegExp(`→ ${staged}`),
    decidedBy,
    connections,
  ].filter((name) => name !== undefined)
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

  /** The records that the footer counts, which tells whether a bucket has arrived. */
  async recordsHeld(): Promise<number> {
    return Number(/([\d,]+) records/.exec(await this.footer.innerText())?.[1]?.replaceAll(',', ''))
  }

  get queryBar(): Locator {
    return this.page.getByRole('search', { name: 'Query bar' })
  }

  /** The chips of the applied query, which are hidden while it is edited as text. */
  get clauses(): Locator {
    return this.queryBar
      .getByRole('list', { name: 'Clauses of the filter', includeHidden: true })
      .getByRole('listitem', { includeHidden: true })
  }

  /** The text field of the query bar. */
  get query(): Locator {
    return this.queryBar.getByRole('textbox')
  }

  get filterPanel(): Locator {
    return this.page.getByRole('dialog', { name: 'Add a filter' })
  }

  /** Opens the values of a field, by its id, in the panel that adds a filter. */
  async openValues(field: string): Promise<void> {
    await this.queryBar.getByRole('button', { name: 'Add a filter' }).click()
    await this.filterPanel
      .getByRole('button', { name: new RegExp(` ${field.replaceAll('.', '[.]')}$`) })
      .click()
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
    return this.page.getByRole('group', { name: title, exact: true })
  }

  /** The tab Grouped, By port or Every 15 s. */
  tab(title: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${title}`) })
  }

  /** The number of rows in a tab's label. */
  async tabCount(title: string): Promise<number> {
    await expect(this.tab(title)).toHaveText(/ [\d,]+$/)
    const [count = ''] = /[\d,]+$/.exec((await this.tab(title).innerText()).trim()) ?? []
    return Number(count.replaceAll(',', ''))
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

  /** Names the time range that is shown, and opens the panel. */
  get timeButton(): Locator {
    return this.page
      .getByRole('banner')
      .getByRole('button', { name: /^(everything held|last \d|chosen range)/ })
  }

  async openTimePanel(): Promise<void> {
    await this.timeButton.click()
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
    const slider = this.timeRange
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

  /** Expects so many records to be held and counted: the numbers of the tabs come after the rows, as facets and bars do. */
  async expectCounted(records: number): Promise<void> {
    await this.expectRecords(records)
    await expect(this.tab('Every 15 s')).toContainText(formatCount(records))
  }

  /**
   * The number of groups in their tab, once it is the one of the rows that a filter leaves of so many records: until then
   * it is that of the rows of before.
   */
  async groupsOf(records: number): Promise<number> {
    await expect(this.queryBar).toContainText(`${records.toLocaleString('en-US')} of `)
    const rows = this.page.getByRole('status').filter({ hasText: /^[\d,]+ (of [\d,]+ )?groups?$/ })
    const [said = ''] = (await rows.innerText()).split(' ')
    await expect(this.page.getByRole('tab', { name: `Grouped ${said}`, exact: true })).toBeVisible()
    return Number(said.replaceAll(',', ''))
  }

  /** Expects all shortcuts to be registered, so that no key press is queued: the footer names the last one. */
  async expectShortcuts(): Promise<void> {
    await expect(this.footer).toContainText('pause')
  }

  /** Expects all chunks to be preloaded, so that the page needs no server any more. */
  async expectPreloaded(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-loaded', 'all')
  }

  /** Expects the page to be kept for times without a network. */
  async expectKeptOffline(): Promise<void> {
    await expect(this.page.locator('html')).toHaveAttribute('data-offline', 'kept')
  }

  /** Expects the facets to show as many values as they have room for: they are drawn after the rows. */
  async expectFacets(): Promise<void> {
    for (const title of ['Source namespace', 'Destination namespace', 'Decided by', 'Port'])
      await expect(this.facet(title).getByRole('listitem')).toHaveCount(5)
  }

  rows(shown: RowCells = {}): Locator {
    let rows = this.table.getByRole('row').filter({ has: this.page.getByRole('gridcell') })
    for (const name of cellNames(shown)) {
      rows = rows.filter({
        has: this.page.getByRole('gridcell', { name, exact: typeof name === 'string' }),
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

  /** Expects the count above the table, as "3 groups" or "1 of 3 records". */
  async expectCount(text: string): Promise<void> {
    await expect(
      this.page.getByRole('status').filter({ hasText: /(groups?|groups? by port|records?)$/ }),
    ).toHaveText(text)
  }

  /** Sets the order anew with the groups that came since; they wait behind a chip until then. */
  async showNewGroups(count: number): Promise<void> {
    const chip = this.page.getByRole('button', { name: /new groups?$/ })
    await expect(chip).toHaveAccessibleName(`${count} new ${count === 1 ? 'group' : 'groups'}`)
    await chip.click()
    await expect(chip).toBeHidden()
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

  /**
   * Presses the button of a lost connection that tries at once. The page may have come back by itself by now, and the
   * button is gone then.
   */
  async tryNow(): Promise<void> {
    await this.page
      .getByRole('button', { name: 'Try now' })
      .evaluateAll((buttons) =>
        buttons.forEach((button) => button.dispatchEvent(new MouseEvent('click', { bubbles: true }))),
      )
  }

  async openRow(shown: RowCells): Promise<void> {
    await this.rows(shown).first().click()
    await expect(this.inspector).toBeVisible()
  }

  /** Adds a value of a field, which is given by its id, to the filter. */
  async choose(field: string, value: string): Promise<void> {
    await this.openValues(field)
    await this.filterPanel.getByRole('button', { name: `Only ${value}`, exact: true }).click()
    await this.page.keyboard.press('Escape')
    await expect(this.filterPanel).toBeHidden()
  }

  /** Drops a file on the page. */
  async dropCapture(file: { name: string; text: string }): Promise<void> {
    await this.dropFiles([file])
  }

  async dropFiles(files: readonly { name: string; text: string | Uint8Array }[]): Promise<void> {
    const encoded = files.map(({ name, text }) => ({ name, base64: Buffer.from(text).toString('base64') }))
    const dataTransfer = await this.page.evaluateHandle((dropped) => {
      const transfer = new DataTransfer()
      for (const { name, base64 } of dropped) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
        transfer.items.add(new File([bytes], name))
      }
      return transfer
    }, encoded)
    const target = this.page.getByRole('main')
    await target.dispatchEvent('dragover', { dataTransfer })
    await target.dispatchEvent('drop', { dataTransfer })
  }

  /** Pastes a text outside of all fields. */
  async pasteText(text: string): Promise<void> {
    await this.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', pasted)
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    }, text)
  }

  async openCapture(file: { name: string; text: string }): Promise<void> {
    await this.page
      .getByLabel('Capture file')
      .setInputFiles({ name: file.name, mimeType: 'application/x-ndjson', buffer: Buffer.from(file.text) })
  }
}
