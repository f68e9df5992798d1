/** The class names of the top bar, shared with the loading shell so that the bar does not shift when the source is known. */
export const TOP_BAR =
  'flex h-top flex-none items-center gap-2 border-b border-line bg-surface px-4 lg:gap-3.5 max-md:px-3 phone:px-3'

export function Brand() {
  return (
    <h1 className="flex flex-none items-center gap-2 text-[0.9375rem] font-semibold tracking-tight">
      <svg
        viewBox="0 0 20 20"
        className="size-5"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.8"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M2 5h7c3 0 3 5 6 5h3" />
        <path d="M2 10h4c3 0 4 5 8 5h4" opacity=".6" />
        <circle cx="17" cy="10" r="1.3" fill="var(--accent)" />
      </svg>
      <span className="max-lg:sr-only">Flowtrace</span>
    </h1>
  )
}
