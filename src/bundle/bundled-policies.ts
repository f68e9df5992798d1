/** The files of a bundle that hold the policies that were loaded. */
import { isoTime } from '../lib/format.ts'
import { type ExtraFile, POLICY_FOLDER, POLICY_LIST_FILE } from './bundle-files.ts'
import { type BundlePolicy, writePolicyList } from './policy-list.ts'
import { PolicyPaths } from './policy-paths.ts'

/** The list and a file for each document; none without policies. */
export function policyFiles(policies: readonly BundlePolicy[]): readonly ExtraFile[] {
  if (policies.length === 0) return []
  const paths = new PolicyPaths()
  const files = policies.map((policy) => ({ ...policy, path: paths.pathOf(policy.name) }))
  return [
    {
      name: POLICY_LIST_FILE,
      about: 'the names of the files of policies, and when each was in force',
      content: new Blob([writePolicyList(files)]),
    },
    ...files.map(({ path, text, from, until }) => ({
      name: POLICY_FOLDER + path,
      about: `policies that the sender had loaded${timesOf(from)}${timesOf(until, 'until')}, as they were read`,
      content: new Blob([text]),
    })),
  ]
}

function timesOf(seconds: number | undefined, word = 'since'): string {
  return seconds === undefined ? '' : `, in force ${word} ${isoTime(seconds) ?? seconds}`
}
