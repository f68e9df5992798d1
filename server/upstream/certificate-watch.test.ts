import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { createAuthority } from '../testing/certificates.ts'
import type { LogFields } from '../lib/log.ts'
import { CertificateWatch } from './certificate-watch.ts'

const DAY = 86_400_000

/** The watch's warnings over the days, of a certificate that ends 20 days from the start. */
async function warningsUntil(days: number) {
  const authority = await createAuthority('operator CA')
  const pair = await authority.client({ endsIn: 20 * DAY })
  const clock = new ManualClock(Date.now())
  const warnings: string[] = []
  const note =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void warnings.push(`${level} ${event} ${String(fields['days'])}`)
  const log = { info: note('info'), warn: note('warn'), error: note('error') }
  const watch = new CertificateWatch({
    files: { ca: authority.ca, ...pair },
    log,
    clock,
    onRenewed: () => Promise.resolve(),
  })
  onTestFinished(() => watch.close())
  const start = clock.now()
  while (clock.now() - start < days * DAY) {
    // The next poll is set when the files have been read.
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(DAY / 2)
  }
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
  return warnings
}

test('an expiry is warned of once a day from 14 days before, urgently in the last three', async () => {
  expect(await warningsUntil(5)).toEqual([])
  const warnings = await warningsUntil(19)
  expect(warnings[0]).toBe('warn client certificate expires 13')
  expect(warnings).toHaveLength(14)
  expect(warnings.filter((warning) => warning.startsWith('error'))).toHaveLength(3)
})
