/** The private memory of a browser's renderers: what would be free again without them. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

import type { Browser, CDPSession } from '@playwright/test'

const MIB = 1024
const POLL_MS = 1000
/** Two readings in a row that differ by less are settled. */
const SETTLED_SHARE = 0.01
const MAX_POLLS = 30

/** Kilobytes that no other process shares (`Private_Clean` and `Private_Dirty` of smaps_rollup); Linux alone has it. */
function privateKilobytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)].reduce(
      (sum, [, kilobytes]) => sum + Number(kilobytes),
      0,
    )
  } catch {
    return Number.NaN
  }
}

/** V8 collects a page's garbage some 25 to 35 seconds after the page has become idle. */
const IDLE_MS = 40_000

async function rendererMemory(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const renderers = processInfo.filter(({ type }) => type === 'renderer')
  return renderers.reduce((sum, { id }) => sum + privateKilobytes(id), 0) / MIB
}

/** MiB as {@link settledRendererMemory}, after the page was left alone for 40 s. */
export async function idleRendererMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  await pause(IDLE_MS)
  const memory = await rendererMemory(session)
  await session.detach()
  return memory
}

/**
 * MiB of all renderers of the browser together, the page's and the workers'; not a number where the system does not tell.
 * Nothing is collected by force: it is what the reader's machine has in use once the readings no longer change.
 */
export async function settledRendererMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const read = () => rendererMemory(session)
  let last = await read()
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    await pause(POLL_MS)
    const now = await read()
    const isSettled = Math.abs(now - last) < SETTLED_SHARE * last
    last = now
    if (isSettled || Number.isNaN(now)) break
  }
  await session.detach()
  return last
}
