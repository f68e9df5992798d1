/**
 * The gateway between one Goldmane and many browsers, each side in a process of its own. FLOWTRACE_BENCH_BROWSERS sets
 * how many browsers come and go (100,000), FLOWTRACE_BENCH_SOAK_MINUTES how long the soak lasts (2),
 * FLOWTRACE_BENCH_PARTS which parts run (all).
 */
import process from 'node:process'
import { fileURLToPath } from 'node:url'

import type { Figures } from './figures.ts'
import { runBrowsers } from './gateway/browsers-role.ts'
import { comingAndGoing, soak, stalledBrowser } from './gateway/endurance.ts'
import { fanOut } from './gateway/fan-out.ts'
import { runGateway, runPipe } from './gateway/gateway-role.ts'
import { newcomers } from './gateway/newcomers.ts'
import { ownRole } from './gateway/processes.ts'
import { runUpstream } from './gateway/upstream-role.ts'

const PARTS: Readonly<Record<string, (script: string, figures: Figures) => Promise<void>>> = {
  'fan-out': fanOut,
  newcomers,
  'coming-and-going': comingAndGoing,
  stalled: stalledBrowser,
  soak,
}

export async function run(figures: Figures): Promise<void> {
  const script = fileURLToPath(import.meta.url)
  const wanted = process.env['FLOWTRACE_BENCH_PARTS']?.split(',') ?? Object.keys(PARTS)
  for (const name of wanted) {
    const part = PARTS[name]
    if (part === undefined) throw new Error(`no part ${name}; there are ${Object.keys(PARTS).join(', ')}`)
    await part(script, figures)
    console.log('')
  }
}

const ROLES: Readonly<Record<string, () => void | Promise<void>>> = {
  upstream: runUpstream,
  gateway: runGateway,
  pipe: runPipe,
  browsers: runBrowsers,
}
const role = ownRole()
if (role !== undefined) await ROLES[role]?.()
