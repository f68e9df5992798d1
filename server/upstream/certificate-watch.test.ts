import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { createAuthority } from '../testing/certificates.ts'
import type { LogFields } from '../lib/log.ts'
import { CertificateWatch } from './certificate-watch.ts'

const DAY = 86_400_000

/** The watch of a certificate that ends 20 days from the start, after some days, and its warnings. */
async function watchUntil(days: number) {
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
  return { watch, warnings, start }
}

test('an expiry is warned of once a day from 14 days before, urgently in the last three', async () => {
  expect((await watchUntil(5)).warnings).toEqual([])
  const { warnings } = await watchUntil(19)
  expect(warnings[0]).toBe('warn client certificate expires 13')
  expect(warnings).toHaveLength(14)
  expect(warnings.filter((warning) => warning.startsWith('error'))).toHaveLength(3)
})

test('the expiry of the certificate in use is known', async () => {
  const { watch, start } = await watchUntil(1)
  // A certificate has whole seconds.
  expect(Math.abs(Number(watch.expiry) - start - 20 * DAY)).toBeLessThan(60_000)
})
