// Brings what the tests need beside the packages of npm: a browser, openssl and a ClickHouse. A step of test.mjs, in which
// the first run waits for the network.
import process from 'node:process'

import { ensureBrowser } from './browser.mjs'
import { ensureClickHouse } from './clickhouse.mjs'
import { ensureOpenssl } from './debian-package.mjs'

ensureBrowser()
ensureOpenssl()
if (!process.env['CLICKHOUSE_URL']) {
  const clickhouse = await ensureClickHouse()
  if ('missing' in clickhouse)
    console.log(`${clickhouse.missing}: the tests of ClickHouse are skipped. CLICKHOUSE_URL names one.`)
}
