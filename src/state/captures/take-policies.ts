/** Takes the policies out of files that the reader dropped, pasted or chose as captures. */
import { formatPlural } from '../../lib/format.ts'
import type { StoreClient } from '../client/store-client.ts'
import { commands } from '../commands/commands.ts'
import { isManifest } from '../policies/manifest-text.ts'
import { intakeOf, type PolicyIntake } from '../policies/policy-intake.ts'
import { policiesOf } from '../policies/use-policies.ts'
import type { OpeningHost } from './capture-opening.ts'
import { pathOfFile } from './folder-handles.ts'
import { openBundle } from './open-bundle.ts'
import { PASTED_NAMES } from './pasted-file.ts'

/** So many files beside policies are looked into, which may be a folder of anything. */
const MAX_CHECKED_BESIDE = 64

/** As {@link takePolicies}, for the page of a client. Resolves to all files where it was aborted. */
export async function takePoliciesOf(
  client: StoreClient,
  files: readonly File[],
  signal: AbortSignal,
): Promise<readonly File[]> {
  const host = { openBundle, check: client.checks.check.bind(client.checks) }
  return takePolicies(files, host, intakeOf(policiesOf(client)), signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
    return files
  })
}

/**
 * Loads the files of policies, and resolves to those that may be captures: all of them where there is no policy, else only
 * those that are. Shows what became of the policies, or says it where a capture opens beside them. Rejects with the
 * signal's reason.
 */
export async function takePolicies(
  files: readonly File[],
  host: Pick<OpeningHost, 'check' | 'openBundle'>,
  intake: Pick<PolicyIntake, 'add'>,
  signal: AbortSignal,
): Promise<readonly File[]> {
  const policies: File[] = []
  const others: File[] = []
  for (const file of files) {
    // A part of each is read, and most folders have files of one kind.
    // oxlint-disable-next-line no-await-in-loop
    const found = (await isManifest(file)) ? policies : others
    found.push(file)
    signal.throwIfAborted()
  }
  if (policies.length === 0) return files
  const captures = await capturesAmong(others, host, signal)
  const neither = others.filter((file) => !captures.includes(file)).map(pathOfFile)
  const loading = intake.add(
    policies.map((file) => ({ file, path: PASTED_NAMES.has(file.name) ? '' : pathOfFile(file) })),
    neither,
  )
  if (captures.length === 0) commands.request('policies.open')
  else
    void loading.then(() =>
      commands.say(
        `${formatPlural(policies.length, 'file')} of policies loaded beside the capture: Policies… in the menu of the source says what is in them`,
      ),
    )
  return captures
}

async function capturesAmong(
  files: readonly File[],
  host: Pick<OpeningHost, 'check' | 'openBundle'>,
  signal: AbortSignal,
): Promise<readonly File[]> {
  const captures: File[] = []
  for (const file of files.slice(0, MAX_CHECKED_BESIDE)) {
    // The worker checks one file at a time.
    // oxlint-disable-next-line no-await-in-loop
    const isCapture = (await host.openBundle(file, signal)) !== null || (await host.check(file, signal)).ok
    if (isCapture) captures.push(file)
  }
  return captures
}
