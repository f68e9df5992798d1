import { Brand, TOP_BAR } from './Brand.tsx'

/** The page until the server has said where flows come from: what stands here stays where it is afterwards. */
export function Asking() {
  return (
    <div className="flex h-full min-h-128 flex-col max-sm:min-h-160">
      <header className={TOP_BAR}>
        <Brand />
        {/* Where the answer is quick, as it nearly always is, no words flash up. */}
        <p className="flex animate-late items-center gap-2 whitespace-nowrap text-muted">
          <span className="size-2 rounded-full bg-faint" aria-hidden="true" />
          <output aria-label="Source">Asking the server…</output>
        </p>
      </header>
      <main className="flex-1" aria-busy="true" />
      <footer className="min-h-7 flex-none border-t border-line bg-surface" />
    </div>
  )
}
