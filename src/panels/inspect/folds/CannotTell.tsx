import type { BothEnds } from '../../../trace/compare/both-ends.ts'
import type { Unknowable } from '../../../trace/explain/unknowable.ts'
import { Paragraph } from '../statement/Paragraph.tsx'
import { sentenceCase } from '../statement/sentence-case.ts'

/** What is inferred of the two ends, then the facts that the record does not hold, why, and how to find each out. */
export function CannotTell({ items, ends }: { items: readonly Unknowable[]; ends: BothEnds | null }) {
  return (
    <>
      {ends === null ? null : <Paragraph statements={ends.statements} className="mb-2.5 text-muted" />}
      <dl className="grid gap-2.5">
        {items.map(({ what, why, learn }) => (
          <div key={what}>
            <dt className="font-medium">{sentenceCase(what)}</dt>
            <dd className="text-muted">{why}</dd>
            <dd className="mt-0.5">{learn}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
