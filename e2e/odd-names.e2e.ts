/** Names with characters that a terminal obeys or a browser hides: no part of the page, and nothing copied, has one as it is. */
import type { Page } from '@playwright/test'

import { hasHidden } from '../src/lib/visible-text.ts'
import { expect, test } from './support/test.ts'

/** ESC, BEL, a C1 control, a bidirectional override, a zero-width blank. */
const NASTY = '\u{1B}[2J\u{7}\u{9B}1m\u{202E}\u{200B}'
const SHOWN = '⟨U+001B⟩[2J⟨U+0007⟩⟨U+009B⟩1m⟨U+202E⟩⟨U+200B⟩'

function name(of: string): string {
  return of + NASTY
}

const staged = {
  kind: 'StagedGlobalNetworkPolicy',
  name: name('staged'),
  namespace: '',
  tier: name('tier'),
  action: 'Allow',
  policy_index: 0,
  rule_index: 0,
  trigger: null,
}
const DENIED = JSON.stringify({
  start_time: '2026-09-27T11:32:15Z',
  end_time: '2026-09-27T11:32:30Z',
  action: 'Deny',
  source_name: name('source'),
  source_namespace: name('source-ns'),
  source_labels: `app=${name('label')}`,
  dest_name: name('dest'),
  dest_namespace: name('dest-ns'),
  dest_labels: `${name('key')}=x`,
  protocol: name('tcp'),
  dest_port: 80,
  reporter: 'Src',
  policies: {
    enforced: [
      { ...staged, kind: 'CalicoNetworkPolicy', namespace: name('ns'), name: name('policy'), action: 'Deny' },
    ],
    pending: [staged],
  },
  packets_in: 8,
  packets_out: 0,
  bytes_in: 592,
  bytes_out: 0,
})

/** The lines of text and the values of attributes that hold a hidden character as it is; line feeds are layout. */
async function hiddenIn(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate(() => {
    const found = [document.title, location.href]
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL)
    for (let node: Node | null = walker.currentNode; node !== null; node = walker.nextNode()) {
      if (node instanceof Element)
        for (const { name: of, value } of node.attributes) found.push(`${of}=${value}`)
      else if (node.nodeType === Node.TEXT_NODE && node.parentElement?.closest('script,style') === null)
        found.push(node.nodeValue ?? '')
      if (node instanceof HTMLInputElement) found.push(node.value)
    }
    return found
  })
  return texts.filter((text) => hasHidden(text.replaceAll('\n', ' ')))
}

test('control characters in names are visible on every part of the page, and in every copy', async ({
  app,
  cluster,
  page,
}) => {
  await page.goto(cluster.url)
  await app.openCapture({ name: `${name('capture')}.jsonl`, text: DENIED })
  await expect(app.rows()).toHaveCount(1)
  await expect(app.table).toContainText('⟨U+200B⟩')
  await expect(page).toHaveTitle(/capture⟨U\+001B⟩/)
  expect(await hiddenIn(page)).toEqual([])

  // The answer with its menus and every part unfolded.
  await app.openRow({ verdict: 'Deny' })
  for (const fold of [
    'Labels and service',
    'Counters',
    'Changes over time',
    'What cannot be told',
    'Raw record',
  ])
    await app.inspector.getByRole('button', { name: new RegExp(`^${fold}`) }).click()
  await expect(app.inspector.getByRole('region', { name: 'JSON of the record' })).toContainText(
    String.raw`\u001b`,
  )
  expect(await hiddenIn(page)).toEqual([])
  await app.inspector.getByRole('button', { name: `Filter by destination namespace dest-ns${SHOWN}` }).click()
  await expect(page.getByRole('menu')).toContainText(`Only dest-ns${SHOWN}`)
  expect(await hiddenIn(page)).toEqual([])

  // A filter by such a name, as a chip and as text, in the palette and in the list of values.
  await page.getByRole('menuitem', { name: `Only dest-ns${SHOWN}` }).click()
  await expect(app.clauses).toHaveText([/dst\.ns is "dest-ns\\u\{1B\}/])
  await expect(app.rows()).toHaveCount(1)
  await app.query.focus()
  await expect(app.query).toContainText(String.raw`dst.ns = "dest-ns\u{1B}[2J\u{7}`)
  expect(await hiddenIn(page)).toEqual([])
  await page.keyboard.press('Escape')
  await app.openValues('src.name')
  await expect(app.filterPanel).toContainText(`source${SHOWN}`)
  expect(await hiddenIn(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('combobox', { name: 'Search or command' }).fill('only source')
  await expect(page.getByRole('option', { name: new RegExp('Only name source⟨U') })).toBeVisible()
  expect(await hiddenIn(page)).toEqual([])
  await page.keyboard.press('Escape')

  // The staged screen, and the link, read again.
  await page
    .getByRole('link', { name: 'Staged changes' })
    .or(page.getByRole('button', { name: 'Staged changes' }))
    .click()
  await expect(page.getByRole('region', { name: 'Staged changes' })).toContainText(`staged${SHOWN}`)
  expect(await hiddenIn(page)).toEqual([])
})
