import type { LostSource } from '../../state/client/source-state.ts'

/** The words and the code of the layer that failed, folded unless the trouble's sentence only refers to them. */
export function TroubleDetail({ trouble: { kind, code, detail } }: Pick<LostSource, 'trouble'>) {
  if (detail === null) return null
  return (
    <details
      className="inline-block align-top text-xs text-muted"
      open={kind === 'bug' || code === 'UNKNOWN'}
    >
      <summary className="cursor-pointer">Details</summary>
      <code>{detail}</code>
    </details>
  )
}
