import { useEffect, useMemo } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { formatPlural } from '../../lib/format.ts'
import type { Redaction } from '../../redact/redactor.ts'
import { ensureSalt, saltFault, setSalt, useSalt } from '../../state/remembered/redaction-salt.ts'
import { useRedactionPreview } from '../../state/view/use-redaction-preview.ts'
import { SaltField } from '../../ui/SaltField.tsx'

/** So many names are shown: a hint, and no list. */
const EXAMPLES = 3
/** A line for each, before they are known too, so that the recordings below keep their place. */
const ROOM = { height: `${EXAMPLES * 1.25}rem` }

/** What the names of a redacted recording become, and the salt by which they do. */
export function RecordingRedactionNote({ level, filter }: { level: Redaction['level']; filter: Expression }) {
  const salt = useSalt()
  useEffect(() => void ensureSalt(), [])
  const redaction = useMemo(() => (salt === null ? null : { level, salt }), [level, salt])
  const preview = useRedactionPreview(filter, null, redaction)
  const replaced = preview?.examples.filter(({ before, after }) => before !== after).slice(0, EXAMPLES)
  const clauses = preview?.clausesLeftOut ?? 0
  return (
    <div className="flex flex-col gap-1 text-xs text-muted">
      <p>
        Names are replaced before anything is kept: in the records, the filter, the source and the server. The
        salt is not kept with the recording; one that was cut off goes on with the same salt alone.
        {clauses === 0
          ? ''
          : ` Its header lacks ${formatPlural(clauses, 'condition')} of the filter, which ${clauses === 1 ? 'asks' : 'ask'} for parts of names.`}
      </p>
      <p className="font-mono text-2xs leading-5" style={ROOM} aria-label="Examples of stand-ins">
        {replaced?.map(({ before, after }) => (
          <span key={before} className="block truncate" title={`${before} → ${after}`}>
            {before} → <span className="text-ink">{after}</span>
          </span>
        ))}
      </p>
      <SaltField salt={salt ?? ''} faultOf={saltFault} onTake={setSalt} />
    </div>
  )
}
