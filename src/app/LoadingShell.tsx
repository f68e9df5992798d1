import { Brand, TOP_BAR } from './Brand.tsx'

/** Shown until `config.json` has answered. It has the layout of `App`, so that nothing shifts afterwards. */
export function LoadingShell() {
  return (
    <div className="flex h-full flex-col">
      <header className={TOP_BAR}>
        <Brand />
        {/* animate-late: fades in late, so that nothing flashes up when the server answers at once. */}
        <p className="flex animate-late items-center gap-2 whitespace-nowrap text-muted">
          <span className="size-2 rounded-full bg-faint" aria-hidden="true" />
          <output aria-label="Source">Asking the server…</output>
        </p>
      </header>
      <main className="flex-1" aria-busy="true" />
      <footer className="h-foot flex-none border-t border-line bg-surface" />
      <div className="h-screens flex-none" />
    </div>
  )
}
