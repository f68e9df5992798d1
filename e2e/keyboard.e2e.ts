import { COMMANDS } from '../src/state/commands/command-table.ts'
import { COMMAND_WORDS } from '../src/state/commands/command-words.ts'
import { capsOf } from '../src/state/commands/key-chords.ts'
import { expectNoSerious } from './support/axe.ts'
import { pressAtOnce } from './support/press-at-once.ts'
import { expect, test } from './support/test.ts'

/** The denial of the demo's story. */
const DENIED = {
  verdict: 'Deny',
  source: 'default/test',
  destination: /^backend\/api/,
  port: 'tcp 80',
} as const

test.describe('the keyboard alone', () => {
  test.beforeEach(async ({ app, cluster, page }) => {
    cluster.receiveDemo(40)
    await page.goto(cluster.url)
    await expect(app.rows().first()).toBeVisible()
    await app.expectShortcuts()
  })

  test('types a query, leaves it, and opens what it found', async ({ app, page }) => {
    await page.keyboard.press('/')
    await page.keyboard.type('dst.ns = backend and action = deny and src.ns = default')
    await page.keyboard.press('Enter')
    // Until the query is applied, the first row is another one.
    await expect(app.rows()).toHaveCount(1)
    await app.expectRow({ ...DENIED, reporter: 'source' })
    await page.keyboard.press('Escape')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await expect(app.trace).toContainText('default-deny')
  })

  test('never loses a letter of what is typed', async ({ app, page }) => {
    const text = 'dpcgtfFjk.,?/'
    const before = page.url()
    await app.openValues('policy')
    const search = page.getByRole('dialog').getByRole('searchbox')
    await search.pressSequentially(text)
    await expect(search).toHaveValue(text)
    await page.keyboard.press('Escape')
    await expect(search).toBeHidden()

    await page.keyboard.press('/')
    await page.keyboard.type('jkdpcgt')
    await expect(app.query).toContainText('jkdpcgt')
    await page.keyboard.press('Control+k')
    await expect(app.palette).toBeVisible()
    await page.keyboard.type('jkdpcgt')
    await expect(app.palette.getByRole('combobox')).toHaveValue('jkdpcgt')
    expect(page.url()).toBe(before)
    await expect(page.getByText('Paused')).toHaveCount(0)
  })

  test('goes to a screen with g and a letter', async ({ app, page }) => {
    const screens = [
      ['i', 'tab', /^Every 15 s/],
      ['b', 'tab', /^By port/],
      ['p', 'heading', 'What the staged policies would change'],
      ['c', 'heading', 'Captures'],
      ['f', 'tab', /^Grouped/],
    ] as const
    for (const [key, role, name] of screens) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await expect(
        page.getByRole(role, { name, ...(role === 'tab' ? { selected: true } : {}) }),
      ).toBeVisible()
    }
    await expect(app.table).toBeVisible()
  })

  test('the help lists every command with its key', async ({ app, page }) => {
    await page.keyboard.press('?')
    for (const { id, keys } of COMMANDS) {
      const { title } = COMMAND_WORDS[id]
      const entry = app.help.locator('dl > div').filter({ has: page.getByText(title, { exact: true }) })
      await expect(entry, title).toHaveCount(1)
      await expect(entry.locator('kbd'), title).toHaveCount(
        keys.flatMap((each) => capsOf(each, false)).length,
      )
    }
    await page.keyboard.press('Escape')
    await expect(app.help).toBeHidden()
    await expect(app.rows().first()).toBeVisible()
  })

  test('no key is lost while a dialog closes, nor before one that opens has the focus', async ({
    app,
    page,
  }) => {
    await app.table.focus()
    await pressAtOnce(page, ['?', 'Escape', 'g', 'b'])
    await expect(app.tab('By port')).toHaveAttribute('aria-selected', 'true')
    await pressAtOnce(page, ['?', 'Escape', 'Control+k', 'd', 'e', 'n', 'i', 'e', 'd'])
    await expect(app.palette.getByRole('combobox')).toHaveValue('denied')
    await expect(app.clauses).toHaveCount(0)
    await pressAtOnce(page, ['Enter', 'g', 'f'])
    await expect(app.clauses).toHaveText(['action is Deny'])
    await expect(app.tab('Grouped')).toHaveAttribute('aria-selected', 'true')
    await pressAtOnce(page, ['m', 'Escape', 'd'])
    await expect(app.clauses).toHaveCount(0)
    await pressAtOnce(page, ['Control+k', 'Escape', '/', 'd', 's', 't'])
    await expect(app.query).toHaveText('dst')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  test('the palette finds a command, runs it, and offers it first the next time', async ({ app, page }) => {
    await app.table.focus()
    await page.keyboard.press('Control+k')
    const options = app.palette.getByRole('option')
    await expect(options).toHaveCount(COMMANDS.length - 1)
    await page.keyboard.type('denied')
    await expect(options.first()).toContainText('Denied only')
    await page.keyboard.press('Enter')
    await expect(app.palette).toBeHidden()
    await expect(app.clauses).toHaveText(['action is Deny'])
    await expect(app.table).toBeFocused()

    await page.keyboard.press('Control+k')
    await expect(options.first()).toContainText('Denied only')
    await page.keyboard.press('ArrowDown')
    await expect(options.nth(1)).toHaveAttribute('data-highlighted', '')
    await page.keyboard.press('Escape')
    await expect(app.palette).toBeHidden()

    await test.step('a command that moves the focus keeps it after the palette has closed', async () => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('type a query')
      await page.keyboard.press('Enter')
      await expect(app.query).toBeFocused()
    })
  })

  test('axe finds nothing serious in the palette and in the help', async ({ app, page }) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.keyboard.press('Control+k')
      await expect(app.palette.getByRole('option').first()).toBeVisible()
      await expectNoSerious(page, '[role=dialog]')
      await page.keyboard.press('Escape')
      await expect(app.palette).toBeHidden()
      await page.keyboard.press('?')
      await expect(app.help).toBeVisible()
      await expectNoSerious(page, '[role=dialog]')
      await page.keyboard.press('Escape')
    }
  })
})
