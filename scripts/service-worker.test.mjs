import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { pageFiles } from './service-worker.mjs'

test('the files of the page are listed with their hashes, without their compressed forms and the licences', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowtrace-page-'))
  try {
    mkdirSync(join(folder, 'assets'))
    for (const name of ['index.html', 'index.html.gz', 'third-party-notices.txt', 'service-worker.js'])
      writeFileSync(join(folder, name), 'text')
    for (const name of ['main-abc.js', 'main-abc.js.br']) writeFileSync(join(folder, 'assets', name), 'text')
    const [asset, page, ...others] = pageFiles(folder)
    expect(others).toEqual([])
    expect(asset).toMatchObject({ url: 'assets/main-abc.js', revision: null })
    expect(page?.url).toBe('index.html')
    expect(page?.integrity).toBe(`sha256-${page?.revision}`)
    expect(page?.revision).toHaveLength(44)
    writeFileSync(join(folder, 'index.html'), 'another text')
    expect(pageFiles(folder)[1]?.revision).not.toBe(page?.revision)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
