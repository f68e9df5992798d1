/** Said over bars that lack a part: at their end on the right, where it moves nothing. `why`: null where they are whole. */
export function PartMissing({ why }: { why: string | null }) {
  if (why === null) return null
  return (
    <p
      title={`${why}.`}
      className="absolute top-0 right-0 rounded-sm bg-surface pl-1 text-2xs leading-[14px] font-medium whitespace-nowrap text-ink"
    >
      a part is missing<span className="sr-only">: {why}.</span>
    </p>
  )
}
