import { useId, useState } from 'react'

import { MAX_POLICY_FILES } from '../../bundle/bundle-files.ts'
import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import { type PolicyDocument, usePolicies } from '../../state/policies/use-policies.ts'

interface SentPolicies {
  /** How many files are loaded, and their characters. */
  readonly files: number
  readonly length: number
  readonly wanted: boolean
  readonly choose: (wanted: boolean) => void
  /** What goes with a bundle. With a redaction the worker counts them and leaves them out. */
  readonly documents: readonly PolicyDocument[]
}

/** The policies that are loaded, and whether the reader sends them with a bundle. */
export function useSentPolicies(): SentPolicies {
  const { documents } = usePolicies().state
  const [wanted, choose] = useState(true)
  const isSent = wanted && documents.length <= MAX_POLICY_FILES
  return {
    files: documents.length,
    length: documents.reduce((sum, { text }) => sum + text.length, 0),
    wanted,
    choose,
    documents: isSent ? documents : [],
  }
}

/** Whether the policies go with the bundle; nothing where none are loaded. */
export function BundlePolicies({
  files,
  length,
  wanted,
  choose,
  disabled,
  isRedacted,
}: SentPolicies & { disabled: boolean; isRedacted: boolean }) {
  const id = useId()
  if (files === 0) return null
  const tooMany = files > MAX_POLICY_FILES
  const cannot = isRedacted || tooMany
  return (
    <div className="border-t border-line px-4 py-3">
      <label
        className={`flex min-h-6 items-center phone:min-h-11 gap-2 font-semibold ${cannot ? 'text-muted' : ''}`}
      >
        <input
          type="checkbox"
          className="size-4 accent-accent"
          aria-describedby={id}
          checked={wanted && !cannot}
          disabled={disabled || cannot}
          onChange={({ currentTarget }) => choose(currentTarget.checked)}
        />
        Policies ({formatPlural(files, 'file')})
      </label>
      <p id={id} className="mt-1 text-xs text-muted">
        {helpOf(isRedacted, tooMany, length)}
      </p>
    </div>
  )
}

function helpOf(isRedacted: boolean, tooMany: boolean, length: number): string {
  if (tooMany) return `Left out: a bundle takes at most ${formatCount(MAX_POLICY_FILES)} files.`
  return isRedacted
    ? 'Left out, because names are redacted: those in policies would stay.'
    : `${formatBytes(length)} before they are packed, as they were read: nothing in them is redacted.`
}
